// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Tests.Journals;

namespace PeerCompute.Node.Tests;

/// <summary>Children that tests start and kill.</summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        [SandboxCommand.Verb, .. var rest] => SandboxChild.Run(rest),
        ["journal-writer", var path, var fault] => JournalWriter.Run(path, fault),
        _ => 64,
    };

    /// <summary>Starts this assembly as a process of its own.</summary>
    public static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}
