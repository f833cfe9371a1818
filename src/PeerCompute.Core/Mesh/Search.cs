// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;

namespace PeerCompute.Core.Mesh;

/// <summary>
/// One search for workers: the adverts of who is connected, and of who stands in a shard of a bucket; the most selective bucket first, the next
/// one when those before gave too few.
/// </summary>
/// <param name="job">The job that it is for; none for a question of the API.</param>
/// <param name="number">The API's number of it; 0 for a job.</param>
/// <param name="needs">What workers must have.</param>
/// <param name="wanted">So many suffice.</param>
/// <param name="until">When it ends at the latest.</param>
internal sealed class Search(Hash32 job, long number, Needs needs, int wanted, Instant until)
{
    /// <summary>Peers asked in one search.</summary>
    public const int AsksMost = 256;

    /// <summary>Peers asked at a time.</summary>
    public const int AsksAtOnce = 16;

    public Hash32 Job => job;

    public long Number => number;

    public Needs Needs => needs;

    public Instant Until => until;

    /// <summary>Buckets to look in, most selective first.</summary>
    public Queue<Bucket> Buckets { get; } = new(CapabilityBuckets.BucketsFor(needs));

    /// <summary>Peers to ask, in the order in which they were found.</summary>
    public Queue<KadPeer> Waiting { get; } = new();

    /// <summary>Peers that were found.</summary>
    public OrderedSet<PeerId> Known { get; } = new();

    /// <summary>Peers that were asked and have not answered.</summary>
    public OrderedSet<PeerId> Asked { get; } = new();

    /// <summary>Peers whose adverts fit.</summary>
    public OrderedSet<PeerId> Fits { get; } = new();

    /// <summary>Peers that gave no advert.</summary>
    public int Silent { get; set; }

    /// <summary>The query that still runs; 0 when none does.</summary>
    public long Query { get; set; }

    /// <summary>The key that it looks under.</summary>
    public BucketKey? Key { get; set; }

    /// <summary>Whether as many fit as are wanted.</summary>
    public bool Suffices => Fits.Count >= wanted;

    /// <summary>Whether nothing is under way.</summary>
    public bool Idle => Query == 0 && Waiting.Count == 0 && Asked.Count == 0;

    public bool Done(Instant now) => now >= until || Suffices || Idle;

    /// <summary>Takes a peer that was found.</summary>
    public void Add(KadPeer peer)
    {
        if (Known.Count < AsksMost && Known.Add(peer.Id)) Waiting.Enqueue(peer);
    }
}
