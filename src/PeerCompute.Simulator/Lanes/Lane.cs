// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Network;

namespace PeerCompute.Simulator.Lanes;

/// <summary>
/// A share of the nodes, with the queue, clock and counts of their events. What its nodes do to those of another lane waits in <see cref="Out"/> until
/// both have come to the end of the window.
/// </summary>
internal sealed class Lane
{
    private const int CheckedMost = 65_536;
    private const int EventsAtOneMoment = 2_000_000;

    private long _sameMoment;

    public Lane(int number, int lanes, IEventQueue queue, bool fullCrypto)
    {
        Number = number;
        Queue = queue;
        Desk = new AdmissionDesk(fullCrypto);
        Out = new List<SimEvent>[lanes];
        for (var i = 0; i < lanes; i++) Out[i] = [];
    }

    public int Number { get; }

    public IEventQueue Queue { get; }

    public VirtualClock Clock { get; } = new();

    public Counters Counters { get; } = new();

    public AdmissionDesk Desk { get; }

    /// <summary>What is for each other lane.</summary>
    public List<SimEvent>[] Out { get; }

    /// <summary>Gossip whose signature was checked.</summary>
    public Dictionary<GossipMessage, GossipChecked> Checked { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Keeps what was found of a message, for its other receivers.</summary>
    public GossipChecked Remember(GossipChecked found)
    {
        if (Checked.Count == CheckedMost) Checked.Clear();
        return Checked[found.Message] = found;
    }

    /// <summary>The clock goes on to an event.</summary>
    public void Begin(in SimEvent e)
    {
        _sameMoment = e.At == Clock.Micros ? _sameMoment + 1 : 0;
        if (_sameMoment > EventsAtOneMoment) throw new InvalidOperationException($"time stands still at {e.At} us: {e.Kind} of node {e.Target} repeats");
        Clock.MoveTo(e.At);
        Counters.Events++;
    }
}
