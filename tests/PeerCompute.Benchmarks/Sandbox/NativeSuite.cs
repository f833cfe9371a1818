// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks.Sandbox;

/// <summary>What native programs cost beside their own work: their start behind the walls, images, checkpoints.</summary>
internal static class NativeSuite
{
    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        var options = new SandboxOptions { Command = SandboxCommand.ForAssembly(typeof(NativeSuite).Assembly.Location) };
        foreach (Figure figure in await NativeStarts.MeasureAsync(options)) yield return figure;
        foreach (Figure figure in await ImageCost.MeasureAsync(options)) yield return figure;
        foreach (Figure figure in await CheckpointCost.MeasureAsync()) yield return figure;
    }
}
