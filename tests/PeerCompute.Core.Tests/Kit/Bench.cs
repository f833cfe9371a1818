// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Core.Tests.Kit;

/// <summary>
/// A few nodes on a workbench: one queue, one clock, messages through their wire form, runs and fetches that answer after a while.
/// Small on purpose: what needs many nodes, loss and churn is the simulator's.
/// </summary>
internal sealed class Bench
{
    private readonly List<BenchNode> _nodes = [];
    private readonly PriorityQueue<Action, (long At, long Sequence)> _queue = new();
    private long _sequence;

    public long Micros { get; private set; } = 1_000_000;

    public long WallOffsetMs { get; } = 1_800_000_000_000;

    /// <summary>Every message that went over the wire: for tests that replay or alter them.</summary>
    public List<(PeerId From, PeerId To, PeerMessage Message)> Wire { get; } = [];

    /// <summary>How often any node dialled another.</summary>
    public int Dials { get; set; }

    /// <summary>Whether two nodes are connected when one dials.</summary>
    public Func<BenchNode, BenchNode, bool> Reachable { get; set; } = static (_, _) => true;

    /// <summary>Whether a message never arrives.</summary>
    public Func<PeerId, PeerMessage, bool> Loses { get; set; } = static (_, _) => false;

    public NodeTime Now => new(new Instant(Micros), WallOffsetMs + (Micros / 1000), 0);

    public BenchNode Add(byte seed, NodeSettings settings)
    {
        var node = new BenchNode(this, seed, settings);
        _nodes.Add(node);
        node.Start();
        return node;
    }

    /// <summary>A copy of a node's home, started beside it: the same key, another life.</summary>
    public BenchNode AddCopy(BenchNode original)
    {
        var copy = original.Copy();
        _nodes.Insert(0, copy);
        copy.Start();
        return copy;
    }

    public BenchNode? Find(PeerId peer) => _nodes.Find(n => n.Id == peer && n.Alive);

    public void After(long micros, Action action) => _queue.Enqueue(action, (Micros + micros, _sequence++));

    public void Connect(BenchNode a, BenchNode b)
    {
        a.Peers.Add(b.Id);
        b.Peers.Add(a.Id);
        After(10, () => a.Post(new PeerUp(b.Id)));
        After(10, () => b.Post(new PeerUp(a.Id)));
    }

    public void Disconnect(BenchNode node)
    {
        foreach (var other in _nodes)
        {
            if (other.Peers.Remove(node.Id)) After(10, () => other.Post(new PeerDown(node.Id)));
        }

        node.Peers.Clear();
    }

    /// <summary>Runs until nothing is left to do or a condition holds; virtual seconds bound it.</summary>
    public bool RunUntil(Func<bool> done, int seconds = 600)
    {
        var end = Micros + (seconds * 1_000_000L);
        while (!done())
        {
            if (!_queue.TryPeek(out var action, out var key) || key.At > end) return false;
            _queue.Dequeue();
            Micros = Math.Max(Micros, key.At);
            action();
        }

        return true;
    }

    public static JobRequest Job(uint tasks, uint perLease, uint parallel, params BenchNode[] workers)
    {
        var spec = new JobSpec
        {
            Name = "bench",
            Module = Blob("module"),
            Args = ["--tile", "{index}", "--of", "{count}"],
            Env = [],
            Inputs = [new NamedBlob("scene.txt", Blob("scene"))],
            Outputs = ["tile.ppm"],
            Limits = new TaskLimits(64 << 20, 1_000_000, 10_000, 1 << 20),
            Tasks = tasks,
            Salt = Hash32.Of([1, 2, 3]),
        };
        return new JobRequest(
            spec,
            [.. workers.Select(w => new NamedWorker(w.Id, "/bench/" + w.Id.Short()))],
            new PlacementTerms(perLease, parallel, ""),
            "credit",
            2_000,
            1_800_000_000_000 + 3_600_000,
            ReadOnlyMemory<byte>.Empty);
    }

    public static BlobRef Blob(string text) =>
        new(Hash32.Of(System.Text.Encoding.UTF8.GetBytes(text)), 100, Hash32.Of(System.Text.Encoding.UTF8.GetBytes("root " + text)), new byte[32]);
}
