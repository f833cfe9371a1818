// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests.Runs;

/// <summary>A node that makes every attempt behind the product's walls, and looks from outside whether anything came through.</summary>
internal static class AttemptsRunner
{
    /// <summary>Of the child of a WebAssembly job.</summary>
    public const string Wasm = "wasm";

    /// <summary>Of a native program.</summary>
    public const string Native = "native";

    /// <summary>Makes the attempts.</summary>
    /// <param name="kind">The kind of child.</param>
    /// <param name="folder">The suite's folder (<see cref="Workshop"/>).</param>
    /// <param name="names">The attempts; none: all.</param>
    /// <returns>0.</returns>
    public static async Task<int> RunAsync(string kind, string folder, string[] names)
    {
        using var decoy = await Decoy.StartAsync(folder);
        decoy.LeakIntoThisProcess();
        await using IChildren children = kind == Wasm ? await WasmChildren.StartAsync(folder, decoy) : new NativeChildren(folder, decoy);
        Console.Out.WriteLine(children.Isolation);
        foreach (Attempt attempt in Attempts.All.Where(attempt => Of(attempt, kind) != Wall.None && (names is [] || names.Contains(attempt.Name))))
        {
            Seen seen = await children.TryAsync(attempt);
            if (seen.Verdict == Verdict.Stopped && decoy.Harm() is { } harm) seen = seen with { Verdict = Verdict.Escaped, Note = harm };
            Console.Out.WriteLine(seen.Line());
        }

        return 0;
    }

    /// <summary>The wall that stops an attempt in a kind of child.</summary>
    public static Wall Of(Attempt attempt, string kind) => kind == Wasm ? attempt.Wasm : attempt.Native;
}
