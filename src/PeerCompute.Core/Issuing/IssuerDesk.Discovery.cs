// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Mesh;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>Workers that nobody named: searched for by their adverts, and reached by gossip.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>From the first search to the second of a job that still wants workers; then twice as long each time.</summary>
    private static readonly TimeSpan SearchAgain = new(0, 0, 1);

    /// <summary>Longest time between two searches, in first times: 32 s.</summary>
    private const int SearchDoublings = 5;

    /// <summary>How long a job pulls before its offer is gossiped as well.</summary>
    private static readonly TimeSpan PullFirst = new(0, 0, 1);

    /// <summary>Between two announcements of one offer: who joined meanwhile has not heard it.</summary>
    private static readonly TimeSpan AnnounceAgain = new(0, 1, 0);

    /// <summary>How long a node that knows nobody waits for its first peer before it signs an offer without via peers.</summary>
    private static readonly TimeSpan PeerPatience = new(0, 0, 5);

    /// <summary>Share of peers that may bid on a gossiped offer at once, millionths; doubles every second.</summary>
    private const uint ReachStartPpm = 250_000;

    /// <summary>What bids may be late by: clocks differ and messages travel, milliseconds.</summary>
    private const long ReachSlackMs = 5_000;

    /// <summary>What workers of a job must have.</summary>
    public Needs? NeedsOf(Hash32 jobId) => _jobs.TryGetValue(jobId, out var job) ? NeedsOf(job) : null;

    /// <summary>What came of each worker of a job.</summary>
    public ImmutableArray<string> WorkersOf(Hash32 jobId)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var candidate in _jobs[jobId].Candidates.Values) lines.Add(candidate.Why());
        return lines.ToImmutable();
    }

    /// <summary>Whether there is something left to do with a peer.</summary>
    public bool IsWith(PeerId peer)
    {
        foreach (var id in _live)
        {
            if (_jobs[id].Candidates.ContainsKey(peer)) return true;
        }

        return false;
    }

    /// <summary>A worker whose advert fits was found.</summary>
    public void FoundWorker(Hash32 jobId, HeldAdvert advert)
    {
        if (!_live.Contains(jobId) || !_jobs.TryGetValue(jobId, out var job) || advert.Owner == node.Self) return;
        if (job.Find(advert.Owner, advert.Capabilities.Addresses)) node.Timers.Set(jobId, node.Now.Mono);
    }

    /// <summary>A peer is there: jobs may look for workers through it.</summary>
    public void PeerIdentified()
    {
        foreach (var id in _live)
        {
            if (_jobs[id].Request.Discover && _jobs[id].Candidates.Count == 0) node.Timers.Set(id, node.Now.Mono);
        }
    }

    private static Needs NeedsOf(IssuedJob job) => new()
    {
        Runtime = job.Request.Spec.Native is null ? Topics.Wasm : Topics.Native,
        Semantics = job.Request.Spec.Native is { IsImage: true } or { Card.Length: > 0 }
            ? "" : NodeSettings.SemanticsOf(job.Request.Spec), // adverts name no images, nor what a card is granted to
        Isolation = job.Request.Spec switch
        {
            { Native: not null, Isolation.Length: > 0 } or { Native: null } => job.Request.Spec.Isolation,
            { Native.Card.Length: > 0 } => "device-degraded",
            _ => "native-degraded",
        },
        Cores = job.Request.Spec.Limits.Cores,
        MemoryBytes = job.Request.Spec.Limits.AllMemoryBytes,
        Fuel = job.Request.Spec.Limits.Fuel,
        WallMs = job.Request.Spec.Limits.WallMs,
        PriceCeilingMicro = job.Request.PriceCeilingMicro,
    };

    /// <summary>Whether it is too early to sign the offer: the peers that pass bids on are named in it.</summary>
    private bool WaitsForPeers(IssuedJob job)
        => job.Request.Discover && job.Request.Workers.IsEmpty && node.Addresses.IsEmpty && node.Mesh.Via().IsEmpty
            && node.NowMs < (ulong)job.SubmittedMs + (ulong)PeerPatience.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Looks for workers while there are too few, first by pulling, then by gossip as well.</summary>
    private void Discover(IssuedJob job)
    {
        if (!job.Request.Discover || job.Ended || job.Tasks.AllDone || job.Offer is null) return;
        if (job.NextSearch <= node.Now.Mono && Usable(job) < WorkersWanted(job))
        {
            job.NextSearch = node.Now.Mono + new TimeSpan(SearchAgain.Ticks << Math.Min(job.Searches++, SearchDoublings));
            node.Mesh.Want(job.Id, NeedsOf(job), WorkersWanted(job));
            if (job.NextAnnounce == Instant.Never) job.NextAnnounce = node.Now.Mono + PullFirst;
        }

        if (Usable(job) >= WorkersWanted(job))
        {
            EndOffer(job);
            return;
        }

        if (job.NextAnnounce > node.Now.Mono) return;
        if (!node.Mesh.IsHeard(job.Offer.Offer.Class))
        {
            job.NextAnnounce = node.Now.Mono + PullFirst;
            return;
        }

        job.NextAnnounce = node.Now.Mono + AnnounceAgain;
        job.Announced = true;
        node.Effects.Add(new Announce(Topics.Offers(job.Offer.Offer.Class), job.Offer.Envelope.Bytes));
    }

    private int Usable(IssuedJob job)
    {
        var usable = 0;
        foreach (var candidate in job.Candidates.Values)
        {
            if (Usable(candidate)) usable++;
        }

        return usable;
    }

    /// <summary>Workers that a job looks for: a pool that nobody can fill alone, and hands for what runs at a time.</summary>
    private static int WorkersWanted(IssuedJob job)
        => Math.Min(PoolPlenty, Math.Max((int)job.Request.Placement.Parallel, job.Request.Verification.By == ConfirmedBy.Issuer ? 1 : 8));

    /// <summary>Tells who heard the offer that it takes no more bids.</summary>
    private void EndOffer(IssuedJob job)
    {
        if (!job.Announced || job.Offer is not { } offer) return;
        job.Announced = false;
        var closed = OfferClosed.Sign(node.Signer, node.Header(offer.Id, 1));
        node.Effects.Add(new Announce(Topics.Offers(offer.Offer.Class), closed.Envelope.Bytes));
    }

    /// <summary>Whether a bid that was passed on may be: the worker is within the offer's reach by now.</summary>
    private bool WithinReach(IssuedJob job, PeerId worker)
    {
        var offer = job.Offer!;
        var age = node.Now.WallMs - (long)offer.Offer.Header.TimeMs + ReachSlackMs;
        return Market.Bids.Reach.Contains(offer.Id, worker, offer.Offer.ReachStartPpm, offer.Offer.ReachDoubleMs, age);
    }
}
