// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Market.Adverts;

/// <summary>
/// The adverts of other nodes: the newest of each, while it counts. Within one life of a node sequences only rise; a later life wins over
/// an earlier one; two lives with one start number (a copied home) are told apart by the time of issue.
/// </summary>
/// <param name="network">Our network.</param>
/// <param name="capacity">Most adverts held; when full, expired ones go first, then the one that was taken longest ago.</param>
public sealed class AdvertBook(NetworkId network, int capacity = AdvertBook.DefaultCapacity)
{
    /// <summary>Adverts held by default: more than a client asks for one job; 3 MiB at 3 KiB each.</summary>
    public const int DefaultCapacity = 1024;

    private readonly OrderedMap<PeerId, HeldAdvert> _held = new(capacity);
    private readonly Hash32 _profiles = Profile.ContextOf(network);
    private readonly Hash32 _statuses = Status.ContextOf(network);

    /// <summary>Adverts held, expired ones included until they are dropped.</summary>
    public int Count => _held.Count;

    /// <summary>Takes an advert, or says why not. What is refused changes nothing.</summary>
    /// <param name="advert">The advert, its signatures checked.</param>
    /// <param name="now">Own time.</param>
    /// <returns>The verdict.</returns>
    public AdvertVerdict Take(CheckedAdvert advert, NodeTime now)
    {
        if (!advert.Authentic) return AdvertVerdict.Forged;
        var (profile, status) = (advert.Answer.Profile, advert.Answer.Status);
        if (status.Status.Header.Context != _statuses) return AdvertVerdict.OtherNetwork;
        if (profile is not null && profile.Profile.Header.Context != _profiles) return AdvertVerdict.OtherNetwork;

        var held = Current(advert.Owner, now.Mono);
        if (profile is not null && profile.Hash == held?.Profile.Hash) profile = null;
        if (profile is null && held is null) return AdvertVerdict.NoProfile;
        if (profile is null && status.Status.Profile != held!.Profile.Hash) return WrongProfile(status, held);
        if (profile is null && status.Envelope.Equals(held!.Status.Envelope)) return AdvertVerdict.Known;

        if (profile is not null && Check(profile.Profile.Header, profile.Profile.ExpiresMs, held?.Profile.Profile.Header, now) is { } refused) return refused;
        if (Check(status.Status.Header, status.Status.ExpiresMs, held?.Status.Status.Header, now) is { } late) return late;

        Keep(advert.Owner, profile, status, held, now);
        return AdvertVerdict.Accepted;
    }

    /// <summary>A node's advert while its profile counts.</summary>
    /// <param name="owner">The node.</param>
    /// <param name="now">Own monotonic clock.</param>
    /// <returns>The advert, or null.</returns>
    public HeldAdvert? Current(PeerId owner, Instant now) => _held.TryGetValue(owner, out var held) && now < held.ProfileUntil ? held : null;

    /// <summary>What to ask a node with.</summary>
    /// <param name="owner">The node.</param>
    /// <param name="now">Own monotonic clock.</param>
    /// <returns>A query that names the profile that is held.</returns>
    public AdvertQuery QueryFor(PeerId owner, Instant now) => new(Current(owner, now)?.Profile.Hash ?? default);

    /// <summary>Every advert whose profile counts, that taken longest ago first.</summary>
    /// <param name="now">Own monotonic clock.</param>
    /// <returns>The adverts.</returns>
    public IEnumerable<HeldAdvert> All(Instant now)
    {
        foreach (var (_, held) in _held)
        {
            if (now < held.ProfileUntil) yield return held;
        }
    }

    /// <summary>Drops a node's advert.</summary>
    /// <param name="owner">The node.</param>
    /// <returns>True when it was there.</returns>
    public bool Forget(PeerId owner) => _held.Remove(owner);

    /// <summary>Drops every advert whose profile has expired.</summary>
    /// <param name="now">Own monotonic clock.</param>
    public void DropExpired(Instant now)
    {
        var expired = new List<PeerId>();
        foreach (var (owner, held) in _held)
        {
            if (now >= held.ProfileUntil) expired.Add(owner);
        }

        foreach (var owner in expired) _held.Remove(owner);
    }

    /// <summary>A status for another profile than the held one: an old status, or one for a profile that is still to be asked for.</summary>
    private static AdvertVerdict WrongProfile(SignedStatus status, HeldAdvert held)
        => Order(status.Status.Header, held.Status.Status.Header) ?? AdvertVerdict.NoProfile;

    private static AdvertVerdict? Check(Header header, ulong expiresMs, Header? held, NodeTime now)
    {
        if (header.TimeMs > (ulong)(now.WallMs + BidPolicy.SkewMs)) return AdvertVerdict.ClockAhead;
        if (expiresMs <= (ulong)now.WallMs) return AdvertVerdict.Expired;
        return held is null ? null : Order(header, held);
    }

    /// <summary>Null when a header is newer than the held one.</summary>
    private static AdvertVerdict? Order(Header header, Header held)
    {
        var (life, before) = (header.Incarnation, held.Incarnation);
        if (life == before) return header.Sequence > held.Sequence ? null : AdvertVerdict.Replayed;
        if (life.Start != before.Start) return life.Start > before.Start ? null : AdvertVerdict.Stale;
        return header.TimeMs > held.TimeMs ? null : AdvertVerdict.Stale;
    }

    private void Keep(PeerId owner, SignedProfile? profile, SignedStatus status, HeldAdvert? held, NodeTime now)
    {
        var (kept, until) = profile is null ? (held!.Profile, held.ProfileUntil) : (profile, Until(profile.Profile.Header, profile.Profile.ExpiresMs, now));
        _held.Remove(owner);
        if (_held.IsFull) DropExpired(now.Mono);
        if (_held.IsFull) _held.Remove(_held.First.Key);
        _held[owner] = new HeldAdvert(owner, kept, until, status, Until(status.Status.Header, status.Status.ExpiresMs, now));
    }

    /// <summary>The end of a life on our own clock; a clock that is ahead gains nothing by it.</summary>
    private static Instant Until(Header header, ulong expiresMs, NodeTime now)
    {
        var left = Math.Min(expiresMs - (ulong)now.WallMs, expiresMs - header.TimeMs);
        return now.Mono + new TimeSpan((long)left * TimeSpan.TicksPerMillisecond);
    }
}
