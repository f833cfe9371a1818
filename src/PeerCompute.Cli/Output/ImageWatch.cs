// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Images;

namespace PeerCompute.Cli.Output;

/// <summary>Shows how far an import is, a few times a second.</summary>
/// <param name="terminal">Where.</param>
internal sealed class ImageWatch(Terminal terminal) : IProgress<ImageProgress>
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private long _last;

    public void Report(ImageProgress value)
    {
        if (!terminal.ShowsProgress || (_last != 0 && Stopwatch.GetElapsedTime(_last) < Pace)) return;
        _last = Stopwatch.GetTimestamp();
        terminal.Progress(value.Layer > value.Layers
            ? "laying out the root"
            : $"layer {value.Layer} of {value.Layers}: {value.Bytes >> 20} of {value.Size >> 20} MiB");
    }
}
