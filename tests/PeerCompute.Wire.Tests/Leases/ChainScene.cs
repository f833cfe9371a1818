// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Wire.Tests.Leases;

/// <summary>Both keys of a lease and entries signed for any place in its chains.</summary>
internal sealed class ChainScene
{
    private readonly Samples _make = new(3);

    public ChainScene()
    {
        (Client, Worker) = (_make.Key(), _make.Key());
        Lease = _make.Lease(Client.PeerId, Worker.PeerId);
        Life = new Incarnation(1, 1);
    }

    public KeyPair Client { get; }

    public KeyPair Worker { get; }

    public Lease Lease { get; }

    public Incarnation Life { get; set; }

    public LeaseChains Chains { get; } = new();

    /// <summary>The whole way of a lease that ends well.</summary>
    public IReadOnlyList<EntryBody> Way() =>
    [
        Body<Award>(), Body<Accept>(), Body<Started>(), Body<Commit>(), Body<Reveal>(), Body<Opening>(), Body<Verdict>(), Body<Close>(), Body<Settled>(),
    ];

    public EntryBody Body<T>()
        where T : EntryBody
        => typeof(T) == typeof(Award) ? new Award(Lease, _make.Bytes(9), Pool.Empty) : _make.Bodies(Client.PeerId, Worker.PeerId).OfType<T>().Single();

    public IEnumerable<EntryBody> Bodies() => _make.Bodies(Client.PeerId, Worker.PeerId).Select(body => body is Award ? Body<Award>() : body);

    /// <summary>The next entry of whoever signs such a body, having seen all of the other side.</summary>
    public Entry Next(EntryBody body)
    {
        var (own, others) = LeaseChains.IsIssuers(body) ? (Chains.Issuer, Chains.Worker) : (Chains.Worker, Chains.Issuer);
        return new Entry(
            new Header(Life, (ulong)own.Count, Lease.Id, Rules.Hash, 1),
            own.Count == 0 ? default : own[^1].Hash,
            others.Count == 0 ? default : others[^1].Hash,
            body);
    }

    public KeptEntry Sign(Entry entry) => KeptEntry.Sign(LeaseChains.IsIssuers(entry.Body) ? Client : Worker, entry);

    public KeptEntry Add(EntryBody body)
    {
        var kept = Sign(Next(body));
        Chains.Append(kept);
        return kept;
    }

    public ChainScene Through<T>()
        where T : EntryBody
    {
        foreach (var body in Way())
        {
            Add(body);
            if (body is T) break;
        }

        return this;
    }

    public LinkKind Kind(Entry entry) => Chains.Check(Sign(entry)).Kind;

    public Hash32 Hash() => _make.Hash();
}
