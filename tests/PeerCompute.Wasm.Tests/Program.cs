// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Steps;
using PeerCompute.Wasm.Tests.Fuzz;
using PeerCompute.Wasm.Tests.Steps;

namespace PeerCompute.Wasm.Tests;

/// <summary>The test assembly as a program: fuzzing by hand, and another process that goes on where a step program was stopped.</summary>
internal static class Program
{
    /// <summary>Reads a snapshot and prints the roots from there to the end: <c>finish PROGRAM SNAPSHOT ENGINE</c>.</summary>
    public const string Finish = "finish";

    private static int Main(string[] args)
    {
        if (args is not [Finish, var name, var file, var engine])
        {
            return FuzzCommand.Run(args);
        }

        var job = StepJob.Named(name);
        using var machine = job.Restore(File.ReadAllBytes(file), Enum.Parse<WasmEngine>(engine));
        foreach (var root in StepProgram.Finish(machine).Roots)
        {
            Console.Out.WriteLine(root);
        }

        return 0;
    }
}
