// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Execution.Native;

/// <summary>Exit codes in words.</summary>
internal static class ExitWords
{
    /// <summary>What shells report for a program that a signal ended: 128 and its number.</summary>
    public const int Signalled = 128;

    /// <summary>SIGSYS: a call that the filter ends a process for.</summary>
    public const int BadCall = Signalled + 31;

    /// <summary>SIGXFSZ: a file that grew beyond its limit.</summary>
    public const int FileTooLarge = Signalled + 25;

    /// <summary>SIGKILL.</summary>
    public const int Killed = Signalled + 9;

    /// <summary>An exit code in words, such as <c>exit code 139: signal 11, SIGSEGV (used memory that it does not have)</c>.</summary>
    public static string Of(int code)
    {
        string meaning = code switch
        {
            126 => "what it tried to start is no program, or may not be started",
            127 => "a program or library that it tried to start was not found",
            > Signalled and <= Signalled + 64 => Signal(code - Signalled),
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"exit code {code}{(meaning.Length > 0 ? ": " + meaning : "")}");
    }

    // signal(7), x86-64
    private static string Signal(int number) => string.Create(CultureInfo.InvariantCulture, $"signal {number}") + number switch
    {
        1 => ", SIGHUP",
        2 => ", SIGINT",
        3 => ", SIGQUIT",
        4 => ", SIGILL (an instruction that this processor does not have)",
        5 => ", SIGTRAP",
        6 => ", SIGABRT (it gave up by itself: a failed assertion, or memory found broken)",
        7 => ", SIGBUS (used memory that lies behind the end of a file, or is not there)",
        8 => ", SIGFPE (divided by zero, or the like)",
        9 => ", SIGKILL",
        11 => ", SIGSEGV (used memory that it does not have)",
        13 => ", SIGPIPE (wrote to a pipe that nobody reads)",
        14 => ", SIGALRM",
        15 => ", SIGTERM",
        24 => ", SIGXCPU",
        25 => ", SIGXFSZ (a file grew beyond its limit)",
        31 => ", SIGSYS (a system call that is not offered)",
        _ => "",
    };
}
