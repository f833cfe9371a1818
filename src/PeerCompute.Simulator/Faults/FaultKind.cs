// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Faults;

/// <summary>What can go wrong in a run; <see cref="FaultKinds"/> has name, unit and bounds of each.</summary>
internal enum FaultKind
{
    /// <summary>The nodes are cut off from all others.</summary>
    Partition,

    /// <summary>What the nodes send to all others is lost, what others send arrives: no connection between them lasts.</summary>
    OneWay,

    /// <summary>What goes to or from the nodes is held, and comes when the clog ends. A swarm draws several that begin and end in different orders.</summary>
    Clog,

    /// <summary>All that the nodes do takes so many times as long: runs, writes, messages.</summary>
    Gray,

    /// <summary>Messages from and to the nodes are lost.</summary>
    Loss,

    /// <summary>Messages from and to the nodes come twice.</summary>
    Duplicates,

    /// <summary>Messages from and to the nodes overtake each other.</summary>
    Reorder,

    /// <summary>All connections of the nodes break at once.</summary>
    Reset,

    /// <summary>The nodes are killed; what is not durable is lost.</summary>
    Crash,

    /// <summary>The nodes die at their next write, when it is durable and nothing that waited for it has left.</summary>
    Unsaid,

    /// <summary>The nodes die within their next write: only its first entries are on the disk, and nobody was told.</summary>
    Torn,

    /// <summary>The nodes are killed, and their disks lose the last durable entries too: it lied about them.</summary>
    Lost,

    /// <summary>Journal writes take so many times as long.</summary>
    SlowDisk,

    /// <summary>The next write fails, which ends a node; it cannot start before there is room.</summary>
    FullDisk,

    /// <summary>Wall clocks jump, and back when the fault ends.</summary>
    Clock,
}
