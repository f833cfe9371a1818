// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Node;

/// <summary>How a node is started.</summary>
public sealed record NodeOptions
{
    /// <summary>Its home, made by <see cref="Homes.NodeHome.Create"/>.</summary>
    public required string Home { get; init; }

    /// <summary>Multiaddresses to listen on instead of those in the home's configuration.</summary>
    public IReadOnlyList<string>? Listen { get; init; }

    /// <summary>Listens on nothing and takes no work.</summary>
    public bool Light { get; init; }

    /// <summary>The home whose images the node knows, where it is another than its own; null: its own.</summary>
    public string? ImagesOf { get; init; }

    /// <summary>Wraps the machine: a researcher's adversary goes between it and the world.</summary>
    public Func<INodeMachine, INodeMachine>? Wrap { get; init; }

    /// <summary>Whether peers on the local network are looked for; the home's configuration may forbid it too.</summary>
    public bool Mdns { get; init; } = true;

    /// <summary>Folder of a <see cref="RecordedHost"/> whose devices are taken for this host's, for tests; null: the host itself.</summary>
    public string? Inventory { get; init; }

    /// <summary>A <see cref="Homes.ShapeFile"/>: how slow connections are made, for experiments on one machine; null: not at all.</summary>
    public string? Shape { get; init; }

    /// <summary>The program that becomes the sandboxed child; null: the running program.</summary>
    public SandboxCommand? SandboxCommand { get; init; }

    /// <summary>How long running tasks go on when this process has ended, for the next one to take them over; zero: they end with it.</summary>
    public TimeSpan Outlive { get; init; }

    /// <summary>The system's clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How far the wall clock is off, for tests: the node sees the wrong time and knows the error.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Takes lines for the operator.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}
