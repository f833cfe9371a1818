// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Mesh;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>Finding workers for a job: offer, reach, award.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>How long to wait for an answer before the offer is said again.</summary>
    private static readonly TimeSpan OfferAgain = new(0, 0, 5);

    /// <summary>Longest wait between two dials of a worker.</summary>
    private static readonly TimeSpan ReachMost = new(0, 0, 8);

    /// <summary>Between two dials of a worker that was given up but does not know that its lease is over: each may hold a place for ten seconds.</summary>
    private static readonly TimeSpan ReachSeldom = new(0, 1, 0);

    /// <summary>How long a worker has to sign a lease, milliseconds.</summary>
    private const ulong StartWithinMs = 60_000;

    private OfferMessage MakeOffer(IssuedJob job)
    {
        var request = job.Request;
        ulong inputs = 0;
        foreach (var input in request.Spec.Inputs) inputs += input.Blob.Size;
        var offer = new Offer
        {
            Header = node.Header(job.Id, 0),
            Issuer = node.Self,
            Steward = node.Self,
            SpecHash = request.Spec.Hash(),
            Class = request.Spec.Native is null ? Topics.Wasm : Topics.Native,
            Semantics = NodeSettings.SemanticsOf(request.Spec),
            Tasks = request.Spec.Tasks,
            Limits = request.Spec.Limits,
            ModuleBytes = Math.Max(1, request.Spec.Module?.Size ?? 0),
            InputBytes = inputs,
            DeadlineMs = request.DeadlineMs,
            BidEndMs = request.DeadlineMs,
            PriceCeilingMicro = request.PriceCeilingMicro,
            Verification = request.Verification,
            Price = new PriceTerms(request.Unit, 0),
            Placement = request.Placement,
            SealingKey = node.Signer.SealingKey,
            Via = request.Discover ? node.Mesh.Via() : [],
            ReachStartPpm = request.Discover ? ReachStartPpm : Market.Bids.Reach.All,
            ReachDoubleMs = 1000,
            Isolation = request.Spec.Isolation,
        };
        var message = OfferMessage.Sign(node.Signer, offer);
        node.Keep(new OfferMade(job.Id, message.Envelope));
        return message;
    }

    /// <summary>Dials the workers that are wanted and says the offer, while the job lives, to those that have not answered over this connection.</summary>
    private void Contact(IssuedJob job)
    {
        foreach (var candidate in Wanted(job))
        {
            if (!node.Up.Contains(candidate.Peer)) Dial(candidate);
            else if (!job.Ended && !candidate.Fresh && candidate.NextOffer <= node.Now.Mono)
            {
                node.Say(candidate.Peer, job.Offer!, binding: true);
                candidate.NextOffer = node.Now.Mono + OfferAgain;
            }
        }
    }

    private void Dial(Candidate candidate)
    {
        if (candidate.NextReach > node.Now.Mono) return;
        var wait = candidate.Answers
            ? new TimeSpan(Math.Min(ReachMost.Ticks, TimeSpan.TicksPerMillisecond * (250L << Math.Min(candidate.Tries, 6)))) : ReachSeldom;
        candidate.Tries++;
        candidate.NextReach = node.Now.Mono + node.Choices.Span(wait, wait + new TimeSpan(wait.Ticks / 4));
        node.Effects.Add(new Effects.Reach(candidate.Peer, candidate.Address));
    }

    /// <summary>Whether a worker is needed: it may bid, or it holds a lease that is not over, or that it does not know to be.</summary>
    private static bool Wants(IssuedJob job, Candidate candidate)
        => HoldsLease(job, candidate) || (!job.Ended && !job.Tasks.AllDone && candidate.Hopeful);

    private static bool HoldsLease(IssuedJob job, Candidate candidate)
    {
        foreach (var id in job.Live)
        {
            if (job.Leases[id].Link.Other == candidate.Peer) return true;
        }

        foreach (var id in job.Unheard)
        {
            if (job.Leases[id].Link.Other == candidate.Peer) return true;
        }

        return false;
    }

    /// <summary>
    /// The workers to be connected with: those that hold leases, those that were named, and so many of the others, in the order in which they were found. A
    /// gossiped offer brings hundreds of bids; a client that called all of them back would be busy with nothing else.
    /// </summary>
    private static IEnumerable<Candidate> Wanted(IssuedJob job)
    {
        var found = 0;
        foreach (var candidate in job.Candidates.Values)
        {
            if (!Wants(job, candidate)) continue;
            if (candidate.Named || candidate.Decline is not null || HoldsLease(job, candidate) || found++ < PoolPlenty) yield return candidate;
        }
    }

    /// <summary>Awards the next free range to the candidate with the fewest failures, then the fewest leases, if one may have it.</summary>
    private bool Award(IssuedJob job)
    {
        var placement = job.Request.Placement;
        var (first, count) = job.Tasks.NextRange(placement.TasksPerLease);
        if (count == 0 || OccupiedBy(job, null) >= placement.Parallel) return false;
        var pool = PoolOf(job);
        if (!PoolSuffices(job, pool)) return false;
        Candidate? best = null;
        foreach (var candidate in job.Candidates.Values)
        {
            if (!Usable(candidate) || OccupiedBy(job, candidate) >= candidate.Bid!.Slots) continue;
            if (pool != Pool.Empty && !pool.Contains(candidate.Peer)) continue;
            if (best is null || Better(job, candidate, best)) best = candidate;
        }

        if (best is null) return false;
        var held = job.Checkpoints.Of(first);
        var replicas = job.Request.Verification.Replicas;
        if (held is not null && pool != Pool.Empty && !TaskCheckpoints.LeavesOthers(held, best.Peer, pool.Members, replicas)) held = null;
        count = held is null ? Math.Max(1, job.Checkpoints.Beginning(first, count)) : 1;
        Award(job, best, new AwardPlace(first, count, 0, pool, default, 0) { Resume = held?.Checkpoint });
        return true;
    }

    private static bool Better(IssuedJob job, Candidate a, Candidate b)
    {
        if (a.Failures != b.Failures) return a.Failures < b.Failures;
        var (loadA, loadB) = (OccupiedBy(job, a), OccupiedBy(job, b));
        return loadA != loadB ? loadA < loadB : a.Bid!.PerTaskMicro < b.Bid!.PerTaskMicro;
    }

    /// <summary>Leases before their commit: of one worker, or first leases of ranges.</summary>
    private static int OccupiedBy(IssuedJob job, Candidate? candidate)
    {
        var occupied = 0;
        foreach (var id in job.Live)
        {
            var lease = job.Leases[id];
            if (lease.Occupies && (candidate is null ? lease.Lease.Slot == 0 : lease.Link.Other == candidate.Peer)) occupied++;
        }

        return occupied;
    }

    private void Award(IssuedJob job, Candidate candidate, AwardPlace place)
    {
        var bidHash = Bid.HashOf(candidate.BidEnvelope!);
        var number = job.Awards;
        var id = Lease.IdOf(job.Offer!.Id, bidHash, number);
        var spec = job.Request.Spec;
        var startBy = Math.Min(node.NowMs + StartWithinMs, job.Request.DeadlineMs);
        var resultBy = Math.Max(startBy, Math.Min(job.Request.DeadlineMs, node.NowMs + StartWithinMs + (place.Count * spec.Limits.WallMs)));
        var lease = new Lease
        {
            Id = id,
            JobId = job.Id,
            OfferId = job.Offer.Id,
            BidHash = bidHash,
            AwardNumber = number,
            Issuer = node.Self,
            Steward = node.Self,
            Worker = candidate.Peer,
            FirstTask = place.First,
            TaskCount = place.Count,
            Slot = place.Slot,
            PoolRoot = place.Pool.Root,
            DrawnFrom = place.DrawnFrom,
            DrawnPlace = place.Place,
            NonceHash = Lease.HashOfNonce(job.Nonce(id, node.Incarnation)),
            Semantics = job.Offer.Offer.Semantics,
            Verification = job.Request.Verification,
            Price = new PriceTerms(job.Request.Unit, candidate.Bid!.PerTaskMicro),
            Placement = job.Request.Placement,
            StartByMs = startBy,
            ResultByMs = resultBy,
            ConfirmByMs = Math.Max(resultBy, job.Request.DeadlineMs),
            SpecHash = job.Offer.Offer.SpecHash,
            Limits = spec.Limits,
            SealingKey = node.Signer.SealingKey,
            ResumeRoot = place.Resume?.Root ?? default,
        };
        var secrets = new AwardSecrets(spec, InputToken(lease)) { Resume = place.Resume }.Encode();
        var box = SealedBox.Seal(node.Secrets, candidate.Bid.SealingKey.Span, secrets, Domains.SealedSpec, id.ToArray());
        var issued = Open(job, lease);
        issued.Link.Agreed = true;
        issued.Link.Add(new Award(lease, box, place.Pool));
    }
}
