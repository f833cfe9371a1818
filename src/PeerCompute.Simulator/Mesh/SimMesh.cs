// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Market.Adverts;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Mesh;

/// <summary>
/// The mesh's hands of every node: gossip streams, questions of the DHT and for adverts, messages to nodes that have to be dialled first. Objects are
/// passed as they are; a message's signature is checked once in the run, unless the scenario wants every check.
/// </summary>
internal sealed class SimMesh(Simulation world)
{
    /// <summary>How long an asker waits; as in the daemon.</summary>
    private const long AskMicros = 5_000_000;

    /// <summary>A node's measuring of itself takes up to twice this.</summary>
    private const long MeasureMicros = 1_000_000;

    /// <summary>One for all questions: a machine answers at once or not at all.</summary>
    private const long Ticket = 1;

    private ImmutableArray<Contact> _seeds;

    private bool On => world.Scenario.Mesh;

    /// <summary>Tells a node that starts where it is, whom it knew and whom its operator named; later, when measured, what it has.</summary>
    public void Begin(SimNode node, ReadOnlyMemory<byte> book)
    {
        if (!On) return;
        node.Handle(new AddressesChanged(Place.Addresses(node)));
        if (!book.IsEmpty) node.Handle(new PeersRemembered(book));
        node.Handle(new PeersHeard(Seeds(), Seeds: true));
        if (node.Class.Light) return;
        var measured = Draw.Stream(world.Seed, "measuring", (ulong)node.Index, (ulong)node.Life).Between(MeasureMicros, 2 * MeasureMicros);
        Post(node, node.Micros + measured, new CapabilitiesKnown(Place.Host));
    }

    /// <summary>Does an effect of the mesh.</summary>
    /// <returns>False for other effects.</returns>
    public bool Do(SimNode node, NodeEffect effect)
    {
        switch (effect)
        {
            case SendGossip send:
                Send(node, send);
                return true;
            case CheckGossip check:
                Post(node, node.Micros, Check(node, check.Message));
                return true;
            case Announce announce:
                Post(node, node.Micros, new AnnounceDue(announce.Topic, announce.Data));
                return true;
            case AskKad ask:
                Ask(node, ask.Peer, !ask.Addresses.IsEmpty, ask);
                return true;
            case AskAdvert ask:
                Ask(node, ask.Peer, !ask.Addresses.IsEmpty, ask);
                return true;
            case SayAt say:
                Ask(node, say.To.Peer, !say.To.Addresses.IsEmpty, say);
                return true;
            case AnswerKad answer when node.Asked?.Effect is AskKad kad:
                Answer(node, answer.Refusal.Length > 0 ? null : new KadAnswered(kad.Query, kad.Peer, answer.Response));
                return true;
            case AnswerAdvert answer:
                Answer(node, answer.Answer is { } advert ? new AdvertCame(CheckedAdvert.Of(node.Signer.PeerId, advert)) : null);
                return true;
            case Drop drop when world.IndexOf(drop.Peer) is >= 0 and var peer && SimNetwork.End(node, peer) is { } end:
                world.Network.Close(end);
                return true;
            case Drop or AnswerKad or AnswerAdvert or SearchEnded or NobodyAnswered:
                return true;
            default:
                return false;
        }
    }

    /// <summary>A connection is up at a node: what waited for it goes out.</summary>
    public void LinkUp(SimNode node, LinkEnd end)
    {
        if (!On) return;
        if (!end.Met) world.Schedule(node.Index, SimEventKind.Met, node.Micros + (2 * end.LatencyMicros), node.Index, end.Epoch, end);
        var waiting = end.Waiting;
        end.Waiting = null;
        foreach (var question in waiting ?? []) Put(node, question, end);
    }

    /// <summary>A connection could not be made: what waited for it has failed.</summary>
    public void LinkFailed(SimNode node, LinkEnd end)
    {
        var waiting = end.Waiting;
        end.Waiting = null;
        foreach (var question in waiting ?? []) GiveUp(node, question, node.Micros);
    }

    /// <summary>The other side has said what it is, and gossip is open.</summary>
    public void Meet(SimNode node, LinkEnd end)
    {
        if (end.Life != node.Life || !end.Open || !end.Up || end.Met) return;
        end.Met = true;
        end.GossipFrom = node.Micros + (2 * end.LatencyMicros);
        var other = world.Nodes[end.Peer];
        node.Handle(new PeerIdentified(other.Signer.PeerId, Place.Facts(other, end.Dialler)));
        node.Handle(new GossipUp(other.Signer.PeerId, end.Dialler));
    }

    /// <summary>Gossip arrives.</summary>
    public void Hear(SimNode node, int from, long epoch, GossipRpc rpc)
    {
        if (!node.Up || SimNetwork.EndOf(node, from, epoch) is not { } end) return;
        Meet(node, end);
        if (world.Network.Calm && !rpc.Messages.IsEmpty) world.Notify(o => o.Heard(node, rpc));
        node.Handle(new GossipCame(world.Nodes[from].Signer.PeerId, rpc));
    }

    /// <summary>A question arrives. A machine answers at once or not at all.</summary>
    public void Arrived(SimNode node, int from, long epoch, Question question)
    {
        if (!node.Up || node.Class.Light || SimNetwork.EndOf(node, from, epoch) is not { } end)
        {
            var back = node.Micros - question.AtMicros;
            GiveUp(node, question, world.Network.Cut(node.Index, from) ? question.AtMicros + AskMicros : node.Micros + back);
            return;
        }

        node.Asked = question;
        var asker = world.Nodes[from].Signer.PeerId;
        if (question.Effect is AskKad kad) node.Handle(new KadAsked(asker, Ticket, kad.Request));
        else node.Handle(new AdvertAsked(asker, Ticket, ((AskAdvert)question.Effect).Query));
        if (node.Asked is null) return;
        node.Asked = null;
        GiveUp(node, question, question.AtMicros + AskMicros);
    }

    /// <summary>An answer arrives, or its asker has waited long enough.</summary>
    public void Answered(SimNode node, Reply reply)
    {
        var question = reply.Question;
        if (reply.Event is { } came && SimNetwork.EndOf(node, question.To, question.Epoch) is not null) node.Handle(came);
        else if (question.Effect is AskKad kad) node.Handle(new KadFailed(kad.Query, kad.Peer));
        else if (question.Effect is AskAdvert advert) node.Handle(new AdvertFailed(advert.Peer, "no answer"));
    }

    private ImmutableArray<Contact> Seeds()
    {
        if (!_seeds.IsDefault) return _seeds;
        return _seeds = [.. world.Nodes.AsSpan(0, world.Scenario.Bootstrap).ToArray().Select(node => new Contact(node.Signer.PeerId, [node.Address]))];
    }

    private GossipChecked Check(SimNode node, GossipMessage message)
    {
        if (!world.Scenario.FullCrypto && node.Lane.Checked.TryGetValue(message, out var known)) return known;
        var good = message.CheckSignature();
        return node.Lane.Remember(new GossipChecked(message, good, good ? Admission.AdmitGossip(message) : null));
    }

    private void Send(SimNode node, SendGossip send)
    {
        var to = world.IndexOf(send.To);
        if (to < 0 || SimNetwork.End(node, to) is not { Met: true } end) return;
        node.Lane.Counters.Gossip++;
        var at = world.Network.Arrival(node, end, losable: !send.Rpc.HasControl);
        if (at == long.MaxValue) return;
        world.Schedule(node.Index, SimEventKind.Gossip, Math.Max(at, end.GossipFrom + end.LatencyMicros), to, end.Epoch, send.Rpc);
    }

    private void Ask(SimNode node, PeerId peer, bool hasAddress, NodeEffect effect)
    {
        var to = world.IndexOf(peer);
        var question = new Question(node.Index, node.Life, to, node.Micros, effect);
        var end = to < 0 ? null : SimNetwork.End(node, to);
        if (end is null && to >= 0 && hasAddress) end = world.Network.Open(node, to);
        if (end is null) GiveUp(node, question, node.Micros + (to >= 0 && hasAddress ? AskMicros : 0));
        else if (end.Up) Put(node, question, end);
        else (end.Waiting ??= []).Add(question);
    }

    private void Put(SimNode node, Question question, LinkEnd end)
    {
        if (question.Effect is SayAt say)
        {
            if (node.Send(say.To.Peer, say.Message)) world.Notify(o => o.Said(node, new Say(say.To.Peer, say.Message, say.IsBinding)));
            return;
        }

        question.Epoch = end.Epoch;
        if (question.Effect is AskKad) node.Lane.Counters.Dht++;
        else node.Lane.Counters.Adverts++;
        var at = world.Network.Arrival(node, end, losable: true);
        if (at > question.AtMicros + AskMicros) GiveUp(node, question, question.AtMicros + AskMicros);
        else world.Schedule(node.Index, SimEventKind.Asked, at, question.To, end.Epoch, question);
    }

    /// <summary>Sends the answer to the question at hand; what is refused comes as a stream that is reset.</summary>
    private void Answer(SimNode node, NodeEvent? answer)
    {
        if (node.Asked is not { } question) return;
        node.Asked = null;
        var end = SimNetwork.EndOf(node, question.From, question.Epoch);
        var at = end is null ? long.MaxValue : world.Network.Arrival(node, end, losable: true);
        if (at > question.AtMicros + AskMicros) GiveUp(node, question, question.AtMicros + AskMicros);
        else world.Schedule(node.Index, SimEventKind.Answered, at, question.From, question.Life, new Reply(question, answer));
    }

    /// <summary>The asker learns that there is no answer, by who finds out.</summary>
    private void GiveUp(SimNode by, Question question, long at)
    {
        if (question.Effect is SayAt) return;
        var least = by.Micros + (by.Index == question.From ? 0 : world.Network.Latency(by.Index, question.From));
        world.Schedule(by.Index, SimEventKind.Answered, Math.Max(at, least), question.From, question.Life, new Reply(question, null));
    }

    private void Post(SimNode node, long at, NodeEvent e) => world.Schedule(node.Index, SimEventKind.Posted, at, node.Index, node.Life, e);
}
