// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>A worker that may get leases of a job: how to reach it and what it answered.</summary>
/// <param name="peer">Who.</param>
/// <param name="addresses">Where; empty when it is connected already.</param>
internal sealed class Candidate(PeerId peer, ImmutableArray<string> addresses)
{
    /// <summary>Different bids taken from one worker for one job in one life: each is kept in the journal.</summary>
    public const int BidsMost = 8;

    /// <summary>Leases of one job that an owner may take back without blame; further ones count as failures.</summary>
    public const int WithdrawalsMost = 8;

    /// <summary>
    /// Leases of one job that may end without a result and are yet not counted as an attempt of their tasks, since something was saved: what was saved may
    /// be worth nothing, and who did nothing else could keep the job going for ever.
    /// </summary>
    public const int SavingsMost = 32;

    public PeerId Peer => peer;

    /// <summary>Where to dial it: each address in turn.</summary>
    public string Address => addresses.Length == 0 ? "" : addresses[Tries % addresses.Length];

    public Bid? Bid { get; set; }

    public SignedEnvelope? BidEnvelope { get; set; }

    /// <summary>Different bids taken in this life.</summary>
    public int Bids { get; set; }

    /// <summary>Whether the bid was said over this connection: a worker that was set back meanwhile does not know it any more.</summary>
    public bool Fresh { get; set; }

    public Decline? Decline { get; set; }

    /// <summary>Why it gets no more leases of this job, or empty.</summary>
    public string Distrusted { get; set; } = "";

    public string Unreachable { get; set; } = "";

    /// <summary>Leases of this job that it let end without a result: who has fewer comes first.</summary>
    public int Failures { get; set; }

    /// <summary>Leases of this job that its owner took the machine back from.</summary>
    public int Withdrawals { get; set; }

    /// <summary>Leases of this job that it let end without a result, but with a checkpoint.</summary>
    public int Savings { get; set; }

    /// <summary>Since when it is not connected; never while it is, or was not yet.</summary>
    public Instant GoneAt { get; set; } = Instant.Never;

    public Instant NextReach { get; set; }

    public Instant NextOffer { get; set; }

    public int Tries { get; set; }

    /// <summary>Dials in vain after which a worker that nobody named is given up; with the waits between them about half a minute.</summary>
    private const int TriesMost = 8;

    /// <summary>Whether the client named it, so that it is dialled as long as the job lives.</summary>
    public bool Named { get; init; }

    /// <summary>Whether dials of it may still be answered soon.</summary>
    public bool Answers => Named || Tries < TriesMost;

    /// <summary>Whether it may still come to bid: an owner that lent once may lend again.</summary>
    public bool Hopeful => Distrusted.Length == 0 && Answers
        && (Decline is null || Decline.Reason is DeclineReason.Busy or DeclineReason.Fetching || (Decline.Reason == DeclineReason.Policy && Bid is not null));

    /// <summary>One line for people: why it does not work on the job.</summary>
    public string Why()
    {
        if (Distrusted.Length > 0) return $"{Peer.Short()}: {Distrusted}";
        if (Decline is { } no) return $"{Peer.Short()} declined ({no.Reason.ToString().ToLowerInvariant()}): {no.Detail}";
        if (Unreachable.Length > 0) return $"{Peer.Short()} cannot be reached: {Unreachable}";
        return Bid is null ? $"{Peer.Short()} has not answered the offer" : $"{Peer.Short()} has bid";
    }
}
