// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Steps;
using PeerCompute.Wasm.Tests.Fuzz;
using PeerCompute.Wasm.Tests.Steps;

namespace PeerCompute.Wasm.Tests;

/// <summary>The test assembly as a program: fuzzing by hand, and another process that goes on where a step program was stopped.</summary>
internal static class Program
{
    /// <summary>Reads a snapshot and prints the roots from there to the end: <c>finish PROGRAM SNAPSHOT</c>.</summary>
    public const string Finish = "finish";

    private static int Main(string[] args)
    {
        if (args is not [Finish, var name, var file])
        {
            return FuzzCommand.Run(args);
        }

        var job = StepJob.Named(name);
        using var machine = StepMachine.Restore(job.Module, job.Terms, StepState.Decode(File.ReadAllBytes(file), job.Terms));
        foreach (var root in StepProgram.Finish(machine).Roots)
        {
            Console.Out.WriteLine(root);
        }

        return 0;
    }
}
