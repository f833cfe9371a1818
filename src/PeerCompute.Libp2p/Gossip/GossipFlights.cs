// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>A message whose signature is being checked, or that the application is judging.</summary>
internal sealed class GossipFlight(GossipMessage message, GossipPeer from, Instant since)
{
    public GossipMessage Message { get; } = message;

    /// <summary>Who sent it; the first one first.</summary>
    public List<GossipPeer> Senders { get; } = [from];

    public Instant Since { get; } = since;

    /// <summary>Another message under the same id, also being checked: one of the two is a forgery.</summary>
    public GossipFlight? Rival { get; set; }

    public bool Judging { get; set; }

    public void AddSender(GossipPeer peer)
    {
        if (!Senders.Contains(peer)) Senders.Add(peer);
    }
}

/// <summary>The messages in flight, bounded in all and per peer.</summary>
internal sealed class GossipFlights(GossipOptions options)
{
    private OrderedMap<MessageId, GossipFlight>? _flights;

    public int Count { get; private set; }

    /// <summary>The first flight of an id.</summary>
    public bool TryGet(MessageId id, [NotNullWhen(true)] out GossipFlight? flight)
    {
        flight = null;
        return _flights is not null && _flights.TryGetValue(id, out flight);
    }

    /// <summary>The flight of just this object.</summary>
    public GossipFlight? Of(GossipMessage message)
    {
        TryGet(message.Id, out var flight);
        while (flight is not null && !ReferenceEquals(flight.Message, message)) flight = flight.Rival;
        return flight;
    }

    /// <summary>Begins a flight.</summary>
    /// <returns>False when there are too many.</returns>
    public bool TryAdd(GossipMessage message, GossipPeer from, Instant now)
    {
        if (Count >= options.InFlight || from.InFlight >= options.InFlightPerPeer) return false;
        _flights ??= new OrderedMap<MessageId, GossipFlight>();
        var flight = new GossipFlight(message, from, now);
        if (_flights.TryGetValue(message.Id, out var first))
        {
            flight.Rival = first.Rival;
            first.Rival = flight;
        }
        else
        {
            _flights.TryAdd(message.Id, flight);
        }

        Count++;
        from.InFlight++;
        return true;
    }

    /// <summary>Ends one flight; rivals stay.</summary>
    public void Remove(GossipFlight flight)
    {
        var first = _flights![flight.Message.Id];
        if (ReferenceEquals(first, flight))
        {
            if (flight.Rival is null) _flights.Remove(flight.Message.Id);
            else _flights[flight.Message.Id] = flight.Rival;
        }
        else
        {
            while (!ReferenceEquals(first.Rival, flight)) first = first.Rival!;
            first.Rival = flight.Rival;
        }

        Ended(flight);
    }

    /// <summary>The signature is good: judging begins, and rivals are over.</summary>
    public void Proven(GossipFlight flight)
    {
        for (var other = _flights![flight.Message.Id]; other is not null; other = other.Rival)
        {
            if (!ReferenceEquals(other, flight)) Ended(other);
        }

        flight.Rival = null;
        flight.Judging = true;
        _flights[flight.Message.Id] = flight;
    }

    /// <summary>Lets go what was never answered for.</summary>
    public void Expire(Instant now)
    {
        while (_flights is { Count: > 0 } && _flights.First.Value.Since + options.JudgeTimeout <= now)
        {
            for (var flight = _flights.First.Value; flight is not null; flight = flight.Rival) Ended(flight);
            _flights.Remove(_flights.First.Key);
        }
    }

    private void Ended(GossipFlight flight)
    {
        Count--;
        flight.Senders[0].InFlight--;
    }
}
