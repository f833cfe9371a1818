// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

internal sealed class SeenCacheTests
{
    private static readonly PeerId[] Authors = [.. Enumerable.Range(1, 5).Select(i => PeerId.FromPublicKey([.. new byte[31], (byte)i]))];

    [Test]
    public void It_agrees_with_a_plain_model([Range(1, 20)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var capacity = 1 + choices.Below(100);
        var ttl = TimeSpan.FromMicroseconds(1 + choices.Below(200));
        var cache = new SeenCache(capacity, ttl, choices.Next());
        var model = new List<(MessageId Id, Instant Until)>();
        var forgotten = new Dictionary<PeerId, ulong>();
        for (var step = 0; step < 3000; step++)
        {
            var now = new Instant(step);
            var id = new MessageId(Authors[choices.Below(5)], (ulong)choices.Below(300));
            Assert.That(cache.Contains(id), Is.EqualTo(model.Exists(e => e.Id == id)));
            Assert.That(cache.IsOld(id), Is.EqualTo(forgotten.TryGetValue(id.Author, out var last) && id.Sequence <= last));
            if (!cache.Contains(id))
            {
                cache.Add(id, now);
                if (model.Count == capacity) Forget(1);
                model.Add((id, now + ttl));
            }

            if (choices.Below(10) == 0)
            {
                cache.Expire(now);
                Forget(model.TakeWhile(e => e.Until <= now).Count());
            }

            Assert.That(cache.Count, Is.EqualTo(model.Count));
        }

        void Forget(int count)
        {
            foreach (var (id, _) in model.Take(count)) forgotten[id.Author] = ulong.Max(id.Sequence, forgotten.GetValueOrDefault(id.Author));
            model.RemoveRange(0, count);
        }
    }
}
