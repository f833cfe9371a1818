// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests;

/// <summary>Daemons of tests run as the unprivileged user that <c>tests/run</c> makes when it is root; else as who runs the tests.</summary>
internal static class TestUser
{
    private static readonly string? Name = Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_USER");

    /// <summary>The program, where that user can read it.</summary>
    public static string Program { get; } = Exists ? Path.Combine(Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_BIN")!, "peercompute") : Tool.Program;

    /// <summary>Whether there is such a user: what belongs to root is then out of a daemon's reach.</summary>
    public static bool Exists => !string.IsNullOrEmpty(Name);

    /// <summary>How to start the program as that user.</summary>
    public static ProcessStartInfo Start()
    {
        if (!Exists) return new ProcessStartInfo(Program);
        var start = new ProcessStartInfo(Path.Combine(Pair.Root(), "tests", "lib", "as-user"));
        start.ArgumentList.Add(Program);
        return start;
    }

    /// <summary>Gives a folder with all that is in it to that user, and lets it reach there.</summary>
    public static void Own(string folder)
    {
        if (!Exists) return;
        File.SetUnixFileMode(Path.GetDirectoryName(folder)!, (UnixFileMode)0b111_001_001);
        using var chown = Process.Start("chown", ["-R", Name!, folder]);
        chown.WaitForExit();
        Assert.That(chown.ExitCode, Is.Zero);
    }
}
