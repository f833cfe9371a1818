// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Node.Journals;

/// <summary>The memory of a node: numbered entries that come back in order after a crash.</summary>
internal interface IJournal
{
    /// <summary>Number of the last entry handed in; 0 when there is none.</summary>
    long Last { get; }

    /// <summary>Entries handed in and not yet durable; who appends keeps this below <see cref="Journal.PendingMost"/>.</summary>
    int Pending { get; }

    /// <summary>Hands in an entry; returns at once.</summary>
    /// <param name="body">The entry's bytes; not changed afterwards.</param>
    /// <returns>Its number: one more than the entry before it.</returns>
    long Append(byte[] body);

    /// <summary>Begins to write. Call once, after <see cref="Journal.Replay"/> was read.</summary>
    /// <param name="durable">Called in order, from the writer's thread: all entries up to this number survive a crash.</param>
    /// <param name="failed">Called once when the disk gives up: nothing further becomes durable.</param>
    void Start(Action<long> durable, Action<PeerComputeException> failed);
}
