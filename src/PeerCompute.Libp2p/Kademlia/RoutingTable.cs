// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Peers;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// The servers that a node knows, k per distance (Maymounkov and Mazières 2002, section 2.4): bucket i holds those that share exactly i
/// leading bits with it. Old contacts stay, newcomers take free places and those of contacts in doubt.
/// </summary>
internal sealed class RoutingTable(Hash32 self, KadOptions options)
{
    // After the first failure in a row a contact is in doubt, after this many it is removed.
    private const int MaxFailures = 2;

    private static readonly List<Contact> Nothing = [];

    private readonly List<List<Contact>?> _buckets = [];

    /// <summary>Contacts held.</summary>
    public int Count { get; private set; }

    /// <summary>Buckets up to the deepest that ever held a contact.</summary>
    public int Depth => _buckets.Count;

    /// <summary>A server said that it is one, or answered.</summary>
    /// <param name="peer">The server.</param>
    /// <param name="answered">True when it answered us.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when it stands in the table now.</returns>
    public bool Add(KadPeer peer, bool answered, Instant now)
    {
        var index = (peer.Point ^ self).LeadingZeros;
        if (peer.Addresses.IsEmpty || index == 256) return false;
        while (_buckets.Count <= index) _buckets.Add(null);
        var bucket = _buckets[index] ??= new List<Contact>(4);
        var at = IndexOf(bucket, peer.Point);
        if (at >= 0)
        {
            var known = bucket[at];
            bucket[at] = known with
            {
                Peer = known.Peer.Addresses.AsSpan().SequenceEqual(peer.Addresses.AsSpan()) ? known.Peer : peer,
                Seen = now,
                Answered = answered || known.Answered,
                Failures = answered ? 0 : known.Failures,
            };
            return true;
        }

        var doubtful = bucket.Count < options.K ? -1 : bucket.FindIndex(c => c.Failures > 0);
        if ((bucket.Count >= options.K && doubtful < 0) || !IsDiverse(bucket, peer)) return false;
        if (doubtful >= 0) bucket.RemoveAt(doubtful);
        else Count++;
        bucket.Add(new Contact(peer, now, answered, 0));
        return true;
    }

    /// <summary>A peer did not answer.</summary>
    public void Failed(Hash32 point)
    {
        if (!TryFind(point, out var bucket, out var at)) return;
        var contact = bucket[at];
        if (contact.Failures + 1 >= MaxFailures) RemoveAt(bucket, at);
        else bucket[at] = contact with { Failures = contact.Failures + 1 };
    }

    /// <summary>The last connection with a peer ended: only those that have answered once are kept.</summary>
    public void Gone(Hash32 point)
    {
        if (TryFind(point, out var bucket, out var at) && !bucket[at].Answered) RemoveAt(bucket, at);
    }

    /// <summary>A peer is no server any more.</summary>
    public void Remove(Hash32 point)
    {
        if (TryFind(point, out var bucket, out var at)) RemoveAt(bucket, at);
    }

    /// <summary>The contact at a point, or null.</summary>
    public KadPeer? Find(Hash32 point) => TryFind(point, out var bucket, out var at) ? bucket[at].Peer : null;

    /// <summary>The contacts of one bucket in order of arrival.</summary>
    public IReadOnlyList<Contact> Bucket(int index) => index < _buckets.Count && _buckets[index] is { } bucket ? bucket : [];

    /// <summary>The contacts closest to a point, closest first.</summary>
    /// <param name="target">The point.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="reliable">Leave out contacts in doubt: for what is handed to others.</param>
    public List<KadPeer> Closest(Hash32 target, int count, bool reliable)
    {
        // Seen from the target, the bucket it falls in is closest, then all deeper ones together, then the shallower ones one by one.
        var home = (target ^ self).LeadingZeros;
        var gathered = new List<KadPeer>(2 * count);
        Gather(home, gathered, reliable);
        var enough = gathered.Count >= count;
        for (var i = home + 1; !enough && i < _buckets.Count; i++) Gather(i, gathered, reliable);
        for (var i = Math.Min(home, _buckets.Count) - 1; gathered.Count < count && i >= 0; i--) Gather(i, gathered, reliable);
        SortByDistance(gathered, target);
        if (gathered.Count > count) gathered.RemoveRange(count, gathered.Count - count);
        return gathered;
    }

    // Points are hashes: their first 64 bits tell them apart, unless somebody looked long for two that they do not.
    private static void SortByDistance(List<KadPeer> peers, Hash32 target)
    {
        var near = new ulong[peers.Count];
        for (var i = 0; i < near.Length; i++) near[i] = (peers[i].Point ^ target).First64;
        near.AsSpan().Sort(CollectionsMarshal.AsSpan(peers));
        for (var i = 1; i < near.Length; i++)
        {
            if (near[i] != near[i - 1]) continue;
            peers.Sort((a, b) => (a.Point ^ target).CompareTo(b.Point ^ target));
            return;
        }
    }

    private void Gather(int index, List<KadPeer> gathered, bool reliable)
    {
        if (index >= _buckets.Count || _buckets[index] is not { } bucket) return;
        foreach (var contact in bucket)
        {
            if (!reliable || contact.Failures == 0) gathered.Add(contact.Peer);
        }
    }

    // One operator's block must not own a bucket. A peer lies in the blocks of all its public addresses, so naming more of them only hurts it.
    private bool IsDiverse(List<Contact> bucket, KadPeer peer)
    {
        foreach (var address in peer.Addresses)
        {
            var group = AddressScope.Group(address);
            if (group == 0) continue;
            var same = 0;
            foreach (var contact in bucket)
            {
                foreach (var other in contact.Peer.Addresses)
                {
                    if (AddressScope.Group(other) != group) continue;
                    same++;
                    break;
                }
            }

            if (same >= options.ContactsPerGroup) return false;
        }

        return true;
    }

    private bool TryFind(Hash32 point, out List<Contact> bucket, out int at)
    {
        var index = (point ^ self).LeadingZeros;
        bucket = (index < _buckets.Count ? _buckets[index] : null) ?? Nothing;
        at = IndexOf(bucket, point);
        return at >= 0;
    }

    private static int IndexOf(List<Contact> bucket, Hash32 point)
    {
        for (var i = 0; i < bucket.Count; i++)
        {
            if (bucket[i].Peer.Point == point) return i;
        }

        return -1;
    }

    private void RemoveAt(List<Contact> bucket, int at)
    {
        bucket.RemoveAt(at);
        Count--;
    }
}

/// <summary>A server in the table.</summary>
/// <param name="Peer">The server.</param>
/// <param name="Seen">When it last showed itself.</param>
/// <param name="Answered">Whether it has ever answered us.</param>
/// <param name="Failures">Requests it failed since it last answered.</param>
internal readonly record struct Contact(KadPeer Peer, Instant Seen, bool Answered, int Failures);
