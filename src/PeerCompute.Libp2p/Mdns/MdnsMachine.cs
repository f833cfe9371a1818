// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Peers;

namespace PeerCompute.Libp2p.Mdns;

/// <summary>
/// Finds peers on the same network by multicast DNS (libp2p/specs discovery/mdns.md over RFC 6762): asks, answers, reads answers. Only local addresses are told
/// and taken. What it finds is a rumour until the peer is connected.
/// </summary>
public sealed class MdnsMachine
{
    /// <summary>The service that peers ask for.</summary>
    public const string Service = "_p2p._udp.local";

    /// <summary>First wait between two questions; it doubles.</summary>
    public static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait between two questions.</summary>
    public static readonly TimeSpan LastInterval = TimeSpan.FromMinutes(5);

    /// <summary>Longest answer that is sent, bytes: one frame of Ethernet; addresses beyond are left out.</summary>
    public const int MaxAnswer = 1400;

    /// <summary>Peers that are found in one minute; beyond, answers are taken for a flood and dropped.</summary>
    public const int MaxFound = 64;

    private const int TtlSeconds = 120;
    private const int NameLength = 32;
    private const int MaxAddresses = 16;
    private const string Prefix = "dnsaddr=";

    private readonly PeerId _self;
    private readonly Choices _choices;
    private readonly string _name;
    private readonly OrderedMap<PeerId, Instant> _found = new(MaxFound);
    private TimeSpan _interval = FirstInterval;
    private Instant _nextQuery;
    private Instant _nextAnswer = Instant.Never;
    private Instant _answered = new(long.MinValue / 2);

    /// <summary>A machine that asks soon.</summary>
    /// <param name="self">This node.</param>
    /// <param name="choices">Chance for its name and its delays.</param>
    /// <param name="now">The time.</param>
    public MdnsMachine(PeerId self, Choices choices, Instant now)
    {
        _self = self;
        _choices = choices;
        _nextQuery = now + Delay();
        Span<char> name = stackalloc char[NameLength];
        for (var i = 0; i < name.Length; i++) name[i] = (char)('a' + choices.Below(26));
        _name = $"{name}.{Service}";
    }

    /// <summary>Where this node listens; only local TCP addresses are told. Without any it asks but does not answer.</summary>
    public ImmutableArray<Multiaddr> Addresses { get; set; } = [];

    /// <summary>When <see cref="Advance"/> is due.</summary>
    public Instant NextWake => Instant.Min(_nextQuery, _nextAnswer);

    /// <summary>Does what is due.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Packets to send.</returns>
    public ImmutableArray<ReadOnlyMemory<byte>> Advance(Instant now)
    {
        var packets = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (now >= _nextQuery)
        {
            packets.Add(new DnsPacket(false, [new DnsQuestion(Service, DnsRecord.Ptr)], []).Encode());
            _nextQuery = now + _interval + Delay();
            _interval = new TimeSpan(Math.Min(2 * _interval.Ticks, LastInterval.Ticks));
        }

        if (now >= _nextAnswer)
        {
            _nextAnswer = Instant.Never;
            _answered = now;
            if (Answer() is { } answer) packets.Add(answer);
        }

        return packets.DrainToImmutable();
    }

    /// <summary>A packet came.</summary>
    /// <param name="packet">A stranger's bytes; junk is dropped.</param>
    /// <param name="now">The time.</param>
    /// <returns>Peers that it names, each at most once a minute.</returns>
    public ImmutableArray<(PeerId Peer, ImmutableArray<Multiaddr> Addresses)> Receive(ReadOnlyMemory<byte> packet, Instant now)
    {
        try
        {
            var dns = DnsPacket.Decode(packet);
            if (dns.IsResponse) return Read(dns, now);
            if (_nextAnswer == Instant.Never && dns.Questions.Any(q => q.Name == Service && q.Type is DnsRecord.Ptr or DnsRecord.Any)) AnswerSoon(now);
        }
        catch (WireException)
        {
            // The port is everybody's.
        }

        return [];
    }

    // A record is not multicast twice within a second, and answers of many do not collide (RFC 6762, section 6).
    private void AnswerSoon(Instant now)
    {
        var earliest = _answered + TimeSpan.FromSeconds(1);
        _nextAnswer = (earliest > now ? earliest : now) + Delay();
    }

    private byte[]? Answer()
    {
        var pointer = new List<byte>();
        DnsName.Write(pointer, _name);
        var packet = new DnsPacket(true, [], [new DnsRecord(Service, DnsRecord.Ptr, TtlSeconds, pointer.ToArray())]);
        foreach (var address in Addresses)
        {
            if (!IsTold(address)) continue;
            var text = Encoding.UTF8.GetBytes(Prefix + address.WithoutPeer().WithPeer(_self));
            if (text.Length > DnsRecord.MaxText) continue;
            var longer = packet with { Answers = packet.Answers.Add(new DnsRecord(_name, DnsRecord.Txt, TtlSeconds, (byte[])[(byte)text.Length, .. text])) };
            if (longer.Encode().Length <= MaxAnswer) packet = longer;
        }

        return packet.Answers.Length > 1 ? packet.Encode() : null;
    }

    private ImmutableArray<(PeerId Peer, ImmutableArray<Multiaddr> Addresses)> Read(DnsPacket packet, Instant now)
    {
        var named = new OrderedMap<PeerId, ImmutableArray<Multiaddr>>(MaxFound);
        foreach (var record in packet.Answers)
        {
            if (record.Type != DnsRecord.Txt || !record.Name.EndsWith("." + Service, StringComparison.Ordinal)) continue;
            foreach (var address in AddressesIn(record.Data))
            {
                if (address.Peer == _self) continue;
                if (!named.TryGetValue(address.Peer, out var known)) known = [];
                if (named.IsFull || known.Length == MaxAddresses || known.Contains(address.WithoutPeer())) continue;
                named[address.Peer] = known.Add(address.WithoutPeer());
            }
        }

        while (_found.Count > 0 && now - _found.First.Value >= TimeSpan.FromMinutes(1)) _found.Remove(_found.First.Key);
        var news = ImmutableArray.CreateBuilder<(PeerId, ImmutableArray<Multiaddr>)>();
        foreach (var (peer, addresses) in named)
        {
            if (_found.TryAdd(peer, now)) news.Add((peer, addresses));
        }

        return news.DrainToImmutable();
    }

    private static IEnumerable<Multiaddr> AddressesIn(ReadOnlyMemory<byte> texts)
    {
        var addresses = new List<Multiaddr>();
        for (var at = 0; at < texts.Length;)
        {
            var length = Math.Min(texts.Span[at], texts.Length - at - 1);
            var text = Encoding.UTF8.GetString(texts.Span.Slice(at + 1, length));
            at += 1 + length;
            if (!text.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            try
            {
                var address = Multiaddr.Parse(text[Prefix.Length..]);
                if (!address.Peer.IsNone && IsTold(address)) addresses.Add(address);
            }
            catch (WireException)
            {
                // Of a transport that is not known here, or no address.
            }
        }

        return addresses;
    }

    private static bool IsTold(Multiaddr address) => address.TryGetTcp(out _, out _) && AddressScope.IsLocal(address);

    private TimeSpan Delay() => _choices.Span(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(120));
}
