// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Blobs;

namespace PeerCompute.Core.Tests.Blobs;

/// <summary>A fetch plan among holders that send one chunk after another at their own pace, in virtual time.</summary>
internal sealed class FetchWorld
{
    private const long LatencyMicros = 2000;

    private readonly Func<int, bool> _here;
    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly int _chunks;
    private readonly bool[] _came;
    private long _number;

    public FetchWorld(int chunks, FetchLimits limits, Func<int, bool>? here = null)
    {
        (_chunks, _came, _here) = (chunks, new bool[chunks], here ?? (static _ => false));
        Plan = new FetchPlan(chunks, here is null, limits, new Instant(0));
    }

    public FetchPlan Plan { get; }

    public List<Holder> Holders { get; } = [];

    public long Micros { get; private set; }

    public int Asks { get; private set; }

    public int OwedMost { get; private set; }

    public int OwedInAllMost { get; private set; }

    public int StreamsMost { get; private set; }

    public void Add(long microsPerChunk, int liesAfter = int.MaxValue, int silentAfter = int.MaxValue, int breaksAfter = int.MaxValue)
    {
        var seed = new byte[32];
        seed[0] = (byte)(Holders.Count + 1);
        var holder = new Holder(KeyPair.FromSeed(seed).PeerId, microsPerChunk, liesAfter, silentAfter, breaksAfter);
        Holders.Add(holder);
        Plan.Know(holder.Peer);
    }

    /// <summary>Runs to the end; true when every chunk came.</summary>
    public bool Run()
    {
        Turn();
        for (var steps = 0; !Plan.IsDone && !Plan.IsDeserted && !Plan.IsTired; steps++)
        {
            Assert.That(steps, Is.LessThan(1_000_000), "it does not go round for ever");
            var wake = Plan.NextWake().Micros;
            Assert.That(wake, Is.GreaterThan(Micros), "it does not ask to be woken at once");
            if (_events.TryPeek(out _, out var next) && next.At <= wake)
            {
                var act = _events.Dequeue();
                Micros = next.At;
                act();
            }
            else
            {
                Micros = wake;
            }

            Turn();
        }

        if (Plan.IsDone) Assert.That(Enumerable.Range(0, _chunks).All(chunk => _came[chunk] || _here(chunk)));
        return Plan.IsDone;
    }

    private Instant Now => new(Micros);

    private void Turn()
    {
        var orders = new List<FetchOrder>();
        Plan.Advance(Now, orders);
        foreach (var order in orders) Do(Holders.Single(holder => holder.Peer == order.Holder), order);
        OwedMost = Math.Max(OwedMost, Holders.Max(static holder => holder.Owed));
        OwedInAllMost = Math.Max(OwedInAllMost, Plan.Outstanding);
        StreamsMost = Math.Max(StreamsMost, Holders.Count(static holder => holder.Open));
    }

    private void Do(Holder holder, FetchOrder order)
    {
        switch (order.Step)
        {
            case FetchStep.Begin:
                Assert.That(holder.Open, Is.False);
                holder.Begin();
                holder.Free = Micros + LatencyMicros;
                break;
            case FetchStep.Stop:
                Assert.That(holder.Open, Is.True);
                holder.Stops++;
                holder.End();
                break;
            default:
                Assert.That(holder.Open, Is.True);
                Asks++;
                if (order.Count == 0) At(Micros + LatencyMicros, holder, () => Plan.ManifestCame(_here, Now));
                for (var chunk = order.First; chunk < order.First + order.Count; chunk++) Send(holder, chunk);
                break;
        }
    }

    private void Send(Holder holder, int chunk)
    {
        holder.Owed++;
        holder.Free = Math.Max(holder.Free, Micros) + holder.MicrosPerChunk;
        At(holder.Free, holder, () =>
        {
            if (holder.Sent >= holder.SilentAfter) return;
            if (holder.Sent >= holder.LiesAfter)
            {
                holder.Lied = true;
                holder.End();
                Plan.Exclude(holder.Peer, Now);
                return;
            }

            if (holder.SentNow >= holder.BreaksAfter)
            {
                holder.End();
                Plan.Ended(holder.Peer, Now);
                return;
            }

            Plan.ManifestCame(_here, Now);
            holder.Owed--;
            holder.Sent++;
            holder.SentNow++;
            _came[chunk] = true;
            Plan.ChunkCame(holder.Peer, chunk, Now);
        });
    }

    private void At(long micros, Holder holder, Action act)
    {
        var stream = holder.Begins;
        _events.Enqueue(() =>
        {
            if (holder.Open && holder.Begins == stream) act();
        }, (micros, _number++));
    }

    internal sealed class Holder(PeerId peer, long microsPerChunk, int liesAfter, int silentAfter, int breaksAfter)
    {
        public PeerId Peer => peer;

        public long MicrosPerChunk => microsPerChunk;

        public int LiesAfter => liesAfter;

        public int SilentAfter => silentAfter;

        public int BreaksAfter => breaksAfter;

        public bool Open { get; private set; }

        public bool Lied { get; set; }

        public int Begins { get; private set; }

        public int BeginsAfterLie { get; private set; }

        public int Stops { get; set; }

        public int Owed { get; set; }

        public int Sent { get; set; }

        public int SentNow { get; set; }

        public long Free { get; set; }

        public void Begin()
        {
            Open = true;
            Begins++;
            if (Lied) BeginsAfterLie++;
            SentNow = 0;
        }

        public void End() => (Open, Owed) = (false, 0);
    }
}
