// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Libp2p.Peers;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core;

/// <summary>What a node lends and asks. What it lends may change in one life: <see cref="Under"/>.</summary>
public sealed record NodeSettings
{
    /// <summary>The engine semantics of this version.</summary>
    public const string WasmSemantics = "wasm-2.0/pc1";

    /// <summary>Semantics id of a job's program.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>The engine's, or that of its native root.</returns>
    public static string SemanticsOf(JobSpec spec) => spec.Native?.ToString() ?? WasmSemantics;

    /// <summary>Whether the node takes work from others.</summary>
    public bool TakesWork { get; init; } = true;

    /// <summary>Why nothing is taken for now although the node lends (a pause, the hours), for people; empty while it takes.</summary>
    public string Away { get; init; } = "";

    /// <summary>Leases run at a time.</summary>
    public uint Slots { get; init; } = 2;

    /// <summary>Confirmations run at a time (issuer).</summary>
    public uint ConfirmSlots { get; init; } = 1;

    /// <summary>Memory lent to one task in bytes.</summary>
    public ulong MemoryBytes { get; init; } = 1UL << 30;

    /// <summary>Most fuel of one task.</summary>
    public ulong FuelMost { get; init; } = 1UL << 40;

    /// <summary>Longest wall time of one task in milliseconds.</summary>
    public ulong WallMsMost { get; init; } = 3_600_000;

    /// <summary>Price of one task in micro-units.</summary>
    public ulong PerTaskMicro { get; init; } = 1_000;

    /// <summary>Bytes that all blobs together may take.</summary>
    public ulong BlobBytes { get; init; } = ulong.MaxValue;

    /// <summary>Whether inputs of a job are served to its other workers while a lease of it lives here.</summary>
    public bool SharesInputs { get; init; } = true;

    /// <summary>Isolation class that the sandbox probe found.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Isolation class of native programs that the probe of their walls found.</summary>
    public string NativeIsolation { get; init; } = "none";

    /// <summary>Root file systems that the owner keeps for native programs, and what is to become of jobs that want them; ascending by id.</summary>
    public ImmutableArray<NativeOffering> Natives { get; init; } = [];

    /// <summary>Whether images that are not here may be fetched, where the owner allows them.</summary>
    public bool SeeksImages { get; init; }

    /// <summary>Processor as adverts and semantics ids name it.</summary>
    public string Architecture { get; init; } = "x64";

    /// <summary>Cores of the machine: a native task that wants more is not taken.</summary>
    public uint Cores { get; init; } = 1;

    /// <summary>Most milliseconds that a program gets between SIGTERM and its end, whatever its job says.</summary>
    public ulong GraceMsMost { get; init; } = 10_000;

    /// <summary>Bytes that this node can send in a second, as measured; 0: not measured yet.</summary>
    public ulong UplinkBytes { get; init; }

    /// <summary>Largest error of the own wall clock at which the node still bids, milliseconds.</summary>
    public long ClockErrorMsMost { get; init; } = 60_000;

    /// <summary>The network that the node belongs to.</summary>
    public NetworkId Network { get; init; } = NetworkId.Open;

    /// <summary>Between two refreshes of the DHT's table; an hour suffices in networks beyond 10 000 nodes.</summary>
    public TimeSpan RefreshInterval { get; init; } = new KadOptions().RefreshInterval;

    /// <summary>Peers remembered over lives; 1 or more.</summary>
    public int PeersRemembered { get; init; } = new PeerBookLimits().Peers;

    /// <summary>More connections are cut back to two thirds; 16 or more, as gossip wants up to 12 peers in a mesh.</summary>
    public int Connections { get; init; } = 96;

    /// <summary>A light node answers nobody in the DHT, relays no gossip and keeps few connections.</summary>
    public bool Light { get; init; }

    /// <summary>Whether work is taken at this moment.</summary>
    public bool Lends => TakesWork && Away.Length == 0;

    /// <summary>These settings with other terms of lending.</summary>
    /// <param name="terms">What the owner lends now.</param>
    /// <returns>The settings.</returns>
    public NodeSettings Under(LendTerms terms) => this with
    {
        TakesWork = terms.TakesWork,
        Away = terms.Away,
        Slots = terms.Slots,
        MemoryBytes = terms.MemoryBytes,
        FuelMost = terms.FuelMost,
        WallMsMost = terms.WallMsMost,
        PerTaskMicro = terms.PerTaskMicro,
    };
}
