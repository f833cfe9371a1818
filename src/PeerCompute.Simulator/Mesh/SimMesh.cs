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

    private readonly Dictionary<GossipMessage, GossipChecked> _checked = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<long, Question> _open = [];
    private ImmutableArray<Contact> _seeds;
    private long _tickets;

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
        Post(node, world.Clock.Micros + measured, new CapabilitiesKnown(Place.Host));
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
                Post(node, world.Clock.Micros, Check(check.Message));
                return true;
            case Announce announce:
                Post(node, world.Clock.Micros, new AnnounceDue(announce.Topic, announce.Data));
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
            case AnswerKad answer when _open.Remove(answer.Ticket, out var question):
                var kad = (AskKad)question.Effect;
                Answer(question, answer.Refusal.Length > 0 ? null : new KadAnswered(kad.Query, kad.Peer, answer.Response));
                return true;
            case AnswerAdvert answer when _open.Remove(answer.Ticket, out var question):
                Answer(question, answer.Answer is { } advert ? new AdvertCame(CheckedAdvert.Of(node.Signer.PeerId, advert)) : null);
                return true;
            case Drop drop when world.IndexOf(drop.Peer) is >= 0 and var peer && world.Network.Between(node.Index, peer) is { } link:
                world.Network.Close(link);
                return true;
            case Drop or AnswerKad or AnswerAdvert or SearchEnded or NobodyAnswered:
                return true;
            default:
                return false;
        }
    }

    /// <summary>A connection is up at one side, or broke before it was: what waited for it goes out, or has failed.</summary>
    public void LinkUp(SimNode node, Link link)
    {
        if (!On) return;
        if (link.Open && !link.HasMet(node.Index))
            world.Schedule(node.Index, SimEventKind.Met, world.Clock.Micros + (2 * link.LatencyMicros), node.Index, link.Epoch, link);
        foreach (var question in link.Waiting.FindAll(q => q.From == node.Index))
        {
            link.Waiting.Remove(question);
            if (question.Life != node.Life) continue;
            if (link.Open) Put(question, link);
            else GiveUp(question, world.Clock.Micros);
        }
    }

    /// <summary>The other side has said what it is, and gossip is open.</summary>
    public void Meet(SimNode node, Link link)
    {
        if (!link.Open || !link.IsUpAt(node.Index) || link.HasMet(node.Index)) return;
        link.SetMet(node.Index);
        var (other, dialled) = (world.Nodes[link.Other(node.Index)], link.Dialer == node.Index);
        node.Handle(new PeerIdentified(other.Signer.PeerId, Place.Facts(other, dialled)));
        node.Handle(new GossipUp(other.Signer.PeerId, dialled));
    }

    /// <summary>Gossip arrives.</summary>
    public void Hear(SimNode node, Rumour rumour)
    {
        if (!node.Up || !rumour.Link.Open || !rumour.Link.IsUpAt(node.Index)) return;
        Meet(node, rumour.Link);
        node.Handle(new GossipCame(world.Nodes[rumour.Link.Other(node.Index)].Signer.PeerId, rumour.Rpc));
    }

    /// <summary>A question arrives.</summary>
    public void Arrived(SimNode node, Question question)
    {
        var link = question.Link!;
        if (!link.Open || !node.Up || node.Class.Light)
        {
            GiveUp(question, world.Network.Cut(link.Low, link.High) ? question.AtMicros + AskMicros : world.Clock.Micros + link.LatencyMicros);
            return;
        }

        var from = world.Nodes[question.From].Signer.PeerId;
        var ticket = ++_tickets;
        _open[ticket] = question;
        if (question.Effect is AskKad kad) node.Handle(new KadAsked(from, ticket, kad.Request));
        else node.Handle(new AdvertAsked(from, ticket, ((AskAdvert)question.Effect).Query));
        if (_open.Remove(ticket)) GiveUp(question, question.AtMicros + AskMicros);
    }

    /// <summary>An answer arrives, or its asker has waited long enough.</summary>
    public void Answered(SimNode node, Reply reply)
    {
        if (reply.Event is { } came && reply.Question.Link!.Open) node.Handle(came);
        else if (reply.Question.Effect is AskKad kad) node.Handle(new KadFailed(kad.Query, kad.Peer));
        else if (reply.Question.Effect is AskAdvert advert) node.Handle(new AdvertFailed(advert.Peer, "no answer"));
    }

    private ImmutableArray<Contact> Seeds()
    {
        if (!_seeds.IsDefault) return _seeds;
        return _seeds = [.. world.Nodes.AsSpan(0, world.Scenario.Bootstrap).ToArray().Select(node => new Contact(node.Signer.PeerId, [node.Address]))];
    }

    private GossipChecked Check(GossipMessage message)
    {
        if (!world.Scenario.FullCrypto && _checked.TryGetValue(message, out var known)) return known;
        var good = message.CheckSignature();
        return _checked[message] = new GossipChecked(message, good, good ? Admission.AdmitGossip(message) : null);
    }

    private void Send(SimNode node, SendGossip send)
    {
        var to = world.IndexOf(send.To);
        if (to < 0 || world.Network.Between(node.Index, to) is not { } link || !link.HasMet(node.Index)) return;
        world.Counters.Gossip++;
        var at = world.Network.Arrival(link, losable: !send.Rpc.HasControl);
        if (at == long.MaxValue) return;
        world.Schedule(node.Index, SimEventKind.Gossip, link.GossipArrives(to, at), to, link.Epoch, new Rumour(link, send.Rpc));
    }

    private void Ask(SimNode node, PeerId peer, bool hasAddress, NodeEffect effect)
    {
        var to = world.IndexOf(peer);
        var question = new Question(node.Index, node.Life, to, world.Clock.Micros, effect);
        var failsAt = world.Clock.Micros;
        var link = to < 0 ? null : world.Network.Between(node.Index, to);
        if (link is null && to >= 0 && hasAddress) link = world.Network.Open(node.Index, to, out failsAt);
        if (link is null) GiveUp(question, Math.Min(failsAt, question.AtMicros + AskMicros));
        else if (link.IsUpAt(node.Index)) Put(question, link);
        else link.Waiting.Add(question);
    }

    private void Put(Question question, Link link)
    {
        question.Link = link;
        if (question.Effect is SayAt say)
        {
            world.Nodes[question.From].Send(say.To.Peer, say.Message);
            return;
        }

        if (question.Effect is AskKad) world.Counters.Dht++;
        else world.Counters.Adverts++;
        var at = world.Network.Arrival(link, losable: true);
        if (at == long.MaxValue) GiveUp(question, question.AtMicros + AskMicros);
        else world.Schedule(question.From, SimEventKind.Asked, at, question.To, question.Life, question);
    }

    /// <summary>Sends an answer back; what is refused comes as a stream that is reset.</summary>
    private void Answer(Question question, NodeEvent? answer)
    {
        var at = world.Network.Arrival(question.Link!, losable: true);
        if (at == long.MaxValue) GiveUp(question, question.AtMicros + AskMicros);
        else world.Schedule(question.To, SimEventKind.Answered, at, question.From, question.Life, new Reply(question, answer));
    }

    private void GiveUp(Question question, long at)
    {
        if (question.Effect is SayAt) return;
        world.Schedule(question.From, SimEventKind.Answered, Math.Max(at, world.Clock.Micros), question.From, question.Life, new Reply(question, null));
    }

    private void Post(SimNode node, long at, NodeEvent e) => world.Schedule(node.Index, SimEventKind.Posted, at, node.Index, node.Life, e);
}
