// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Network;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Nodes;

/// <content>Its ends of connections, and what comes over them.</content>
internal sealed partial class SimNode
{
    private const int EpochBits = 40;

    private long _dials;

    /// <summary>By peer. One that is broken stays until the machine is told.</summary>
    public OrderedMap<int, LinkEnd> Ends { get; } = new();

    /// <summary>Chance of what it sends.</summary>
    public Choices Luck { get; }

    /// <summary>The question of a peer that the machine is to answer.</summary>
    public Question? Asked { get; set; }

    /// <summary>A number for a connection that no other one has.</summary>
    public long NextEpoch() => ((long)Index << EpochBits) | ++_dials;

    /// <summary>A connection is up, or broke before it was.</summary>
    public void LinkUp(LinkEnd end)
    {
        if (end.Life != Life || !Up) return;
        if (!end.Open)
        {
            if (end.Dialler) _world.Network.Hangup(end);
            Unreachable(end, "the connection broke while it was made");
            return;
        }

        if (SimNetwork.End(this, end.Peer) != end) return;
        end.Up = true;
        if (end.Dialler) end.Until = Math.Max(end.Until, Micros + end.LatencyMicros + 1); // Noise's third message goes ahead
        Handle(new PeerUp(IdOf(end.Peer)));
        if (end.Open) _world.Mesh.LinkUp(this, end);
        else _world.Mesh.LinkFailed(this, end);
    }

    /// <summary>A connection is no more. It may be one that was never up, or that a newer one has replaced.</summary>
    public void LinkDown(LinkEnd end)
    {
        if (end.Life != Life) return;
        end.Open = false;
        if (!end.Up)
        {
            // At the side that was dialled LinkUp is still to come, and tells; a dial may have come to nothing without a word.
            if (end.Dialler) Unreachable(end, "the connection broke while it was made");
            return;
        }

        end.Up = false;
        var stands = Ends.TryGetValue(end.Peer, out var current);
        if (stands && current == end) Ends.Remove(end.Peer);
        else if (stands && current!.Up) return;
        if (end.Met) Handle(new GossipDown(IdOf(end.Peer)));
        Handle(new PeerDown(IdOf(end.Peer)));
    }

    /// <summary>The other side hung up.</summary>
    public void HungUp(int peer, long epoch)
    {
        if (Ends.TryGetValue(peer, out var end) && end.Epoch == epoch) LinkDown(end);
    }

    /// <summary>A dial failed.</summary>
    public void Unreachable(LinkEnd end, string why)
    {
        if (end.Life != Life) return;
        end.Open = false;
        if (Ends.TryGetValue(end.Peer, out var current) && current == end) Ends.Remove(end.Peer);
        var wanted = end.Wanted;
        end.Wanted = false;
        if (wanted) Handle(new PeerUnreachable(IdOf(end.Peer), why));
        _world.Mesh.LinkFailed(this, end);
    }

    /// <summary>A message arrives.</summary>
    public void Receive(int from, long epoch, PeerMessage sent)
    {
        if (Machine is null || SimNetwork.EndOf(this, from, epoch) is null) return;
        NodeEvent came;
        try
        {
            var message = _world.Scenario.EncodeWire ? PeerMessage.Decode(sent.Protocol, sent.Frame()) : sent;
            came = Lane.Desk.Admit(Signer, IdOf(from), message);
        }
        catch (WireException refused)
        {
            Lane.Counters.Refused++;
            _world.Notify(o => o.Refused(this, from, sent, refused));
            return;
        }

        Lane.Counters.Delivered++;
        Handle(came);
    }

    /// <summary>Sends to a connected peer.</summary>
    /// <returns>False where there is no connection.</returns>
    public bool Send(PeerId peer, PeerMessage message)
    {
        var to = _world.IndexOf(peer);
        if (to < 0) return false;
        Lane.Counters.Said++;
        if (!_world.Network.Send(this, to, message)) return false;
        Lane.Counters.MessageBytes += message.Encode().Length + 1;
        return true;
    }

    /// <summary>Dials a peer; one that is nowhere does not answer.</summary>
    private void Reach(PeerId peer)
    {
        if (_world.IndexOf(peer) is >= 0 and var to)
        {
            _world.Network.Dial(this, to);
            return;
        }

        var noticed = Micros + _world.Scenario.Links.TimeoutMicros;
        _world.Schedule(Index, SimEventKind.Posted, noticed, Index, Life, new PeerUnreachable(peer, "no answer"));
    }

    private PeerId IdOf(int index) => _world.Nodes[index].Signer.PeerId;
}
