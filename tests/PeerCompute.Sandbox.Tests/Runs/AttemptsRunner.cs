// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests.Runs;

/// <summary>A node that makes every attempt behind the product's walls, and looks from outside whether anything came through.</summary>
internal static class AttemptsRunner
{
    /// <summary>Makes the attempts.</summary>
    /// <param name="child">The kind of child.</param>
    /// <param name="folder">The suite's folder (<see cref="Workshop"/>).</param>
    /// <param name="names">The attempts; none: all.</param>
    /// <returns>0.</returns>
    public static async Task<int> RunAsync(Child child, string folder, string[] names)
    {
        using var decoy = await Decoy.StartAsync(folder);
        decoy.LeakIntoThisProcess();
        await using IChildren children = child == Child.Native ? await NativeChildren.StartAsync(folder, decoy) : await WasmChildren.StartAsync(folder, decoy);
        Console.Out.WriteLine(children.Isolation);
        foreach (Attempt attempt in Attempts.All.Where(attempt => attempt.In(child) != Wall.None && (names is [] || names.Contains(attempt.Name))))
        {
            Seen seen = await children.TryAsync(attempt);
            if (seen.Verdict == Verdict.Stopped && decoy.Harm() is { } harm) seen = seen with { Verdict = Verdict.Escaped, Note = harm };
            Console.Out.WriteLine(seen.Line());
        }

        return 0;
    }
}
