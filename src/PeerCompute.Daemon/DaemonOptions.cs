// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;

namespace PeerCompute.Daemon;

/// <summary>How a daemon is started.</summary>
public sealed record DaemonOptions
{
    /// <summary>The node's home; made by <c>init</c>.</summary>
    public required string Home { get; init; }

    /// <summary>Path of the API's socket; null for the custom place in the home.</summary>
    public string? Socket { get; init; }

    /// <summary>Multiaddresses to listen on in place of those of the configuration; null keeps those.</summary>
    public IReadOnlyList<string>? Listen { get; init; }

    /// <summary>A light node listens on nothing and takes no work.</summary>
    public bool Light { get; init; }

    /// <summary>The home whose images the node knows, where it is another than its own; null: its own.</summary>
    public string? ImagesOf { get; init; }

    /// <summary>Put around the node's machine, for adversaries of tests and the demo; null for none.</summary>
    public Func<INodeMachine, INodeMachine>? Wrap { get; init; }

    /// <summary>Folder of a recorded host whose devices are taken for this one's, for tests; null for this host.</summary>
    public string? Inventory { get; init; }

    /// <summary>File that says how slow connections are made, for experiments on one machine; null: not at all.</summary>
    public string? Shape { get; init; }

    /// <summary>How long running tasks go on when this process has ended, for the next one to take them over; zero: they end with it.</summary>
    public TimeSpan Outlive { get; init; }

    /// <summary>How far the node shall see the wall clock wrong, for tests.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Told one line about what a person should know.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
