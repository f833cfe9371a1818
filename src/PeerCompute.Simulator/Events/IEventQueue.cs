// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Events;

/// <summary>Gives events back in the order of their keys.</summary>
internal interface IEventQueue
{
    int Count { get; }

    void Push(in SimEvent e);

    bool TryPop(out SimEvent e);

    /// <summary>When the next event is; <see cref="long.MaxValue"/> when there is none.</summary>
    long NextAt { get; }
}
