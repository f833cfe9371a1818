// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Executors;

/// <summary>Runs and fetches of one life of a node. Each task takes the program's cost over the node's speed.</summary>
internal sealed class SimSandbox(Simulation world, SimNode node, int flakyPpm, Choices chance)
{
    private const long StartMicros = 60_000;

    private readonly Dictionary<RunKey, Run> _runs = [];
    private readonly Dictionary<RunKey, Fetch> _fetches = [];

    public int Running => _runs.Count;

    public void Start(StartRun start)
    {
        if (_runs.ContainsKey(start.Run)) world.Violate("runs", $"node {node.Index} started run {start.Run.LeaseId.Short()} {start.Run.Role} twice");
        var run = new Run(start, start.Spec.Hash());
        _runs[start.Run] = run;
        var missing = MissingInput(start.Spec);
        if (missing.Length > 0) world.Violate("runs", $"node {node.Index} started run {start.Run.LeaseId.Short()} {start.Run.Role} without {missing}");
        Next(run, StartMicros);
    }

    public void Begin(FetchBlobs fetch)
    {
        if (_fetches.ContainsKey(fetch.Fetch)) world.Violate("runs", $"node {node.Index} began fetch {fetch.Fetch.LeaseId.Short()} {fetch.Fetch.Role} twice");
        var from = world.IndexOf(fetch.From);
        var end = from < 0 || from == node.Index ? null : SimNetwork.End(node, from);
        var (bytes, others) = (0UL, 0L);
        foreach (var blob in fetch.Blobs)
        {
            if (node.Shelf.Has(blob.Root)) continue;
            if (Coming(blob.Root) is { } other) others = Math.Max(others, other);
            else bytes += blob.Size + 64;
        }

        var at = Math.Max(others, end is null ? node.Micros + 1000 : world.Network.Transfer(from, node.Index, bytes));
        var transfer = new Fetch(fetch, from, end?.Epoch ?? 0, at);
        _fetches[fetch.Fetch] = transfer;
        node.Lane.Counters.BlobBytes += (long)bytes;
        world.Schedule(node.Index, SimEventKind.Fetched, at, node.Index, node.Life, transfer);
    }

    public void Stop(RunKey key)
    {
        _runs.Remove(key);
        _fetches.Remove(key);
    }

    /// <summary>When a blob comes that another fetch has begun: a node fetches none twice at once.</summary>
    private long? Coming(Hash32 root)
    {
        long? at = null;
        foreach (var fetch in _fetches.Values)
        {
            if (fetch.At > node.Micros && fetch.Effect.Blobs.Any(b => b.Root == root)) at = Math.Min(at ?? long.MaxValue, fetch.At);
        }

        return at;
    }

    /// <summary>A fetch is over.</summary>
    public NodeEvent? Finish(Fetch fetch)
    {
        var key = fetch.Effect.Fetch;
        if (!_fetches.TryGetValue(key, out var current) || current != fetch) return null;
        _fetches.Remove(key);
        foreach (var blob in fetch.Effect.Blobs)
        {
            if (node.Shelf.Has(blob.Root)) continue;
            if (fetch.Epoch == 0 || SimNetwork.EndOf(node, fetch.From, fetch.Epoch) is null || world.Network.Cut(node.Index, fetch.From))
                return new BlobsFailed(key, false, "the connection is gone");
            var (shelf, shares) = (world.Nodes[fetch.From].Shelf, world.Nodes[fetch.From].Shares);
            var refusal = shares.Judge(fetch.Effect.Token, node.Signer.PeerId, blob.Root, (ulong)world.Nodes[fetch.From].Now().WallMs);
            if (refusal != BlobRefusal.None) return new BlobsFailed(key, false, $"the blob is not served: {refusal}");
            if (!shelf.Has(blob.Root)) return new BlobsFailed(key, false, "the blob is not there");
            if (!shelf.Opens(blob)) return new BlobsFailed(key, true, "the bytes do not open to what was promised");
            node.Shelf.Put(blob, fault: shelf.FaultOf(blob.Root));
        }

        foreach (var blob in fetch.Effect.Blobs)
        {
            if (!node.Shelf.Opens(blob)) return new BlobsFailed(key, true, "the bytes do not open to what was promised");
        }

        return new BlobsFetched(key) { Faults = Faults(fetch.Effect) };
    }

    private ImmutableArray<TaskFault> Faults(FetchBlobs fetch)
    {
        if (fetch.FaultsFrom is not { } first) return [];
        var faults = ImmutableArray.CreateBuilder<TaskFault>();
        for (var i = 0; i < fetch.Blobs.Length; i++)
        {
            if (node.Shelf.FaultOf(fetch.Blobs[i].Root) is { Length: > 0 } fault) faults.Add(new TaskFault(first + (uint)i, fault));
        }

        return faults.ToImmutable();
    }

    /// <summary>A child makes its next step.</summary>
    public void Step(Run run)
    {
        if (!Lives(run)) return;
        var task = run.Start.Tasks[run.At];
        if (!run.Began)
        {
            (run.Began, run.BeganAt) = (true, node.Micros);
            node.Handle(new TaskBegan(run.Start.Run, task));
            if (Lives(run)) world.Schedule(node.Index, SimEventKind.Run, node.Micros + Cost(run, task), node.Index, node.Life, run);
            return;
        }

        var last = run.At + 1 == run.Start.Tasks.Length;
        var millis = (ulong)Cost(run, task) / 1000;
        if (chance.Happens(flakyPpm) || millis > run.Start.Spec.Limits.WallMs)
        {
            _runs.Remove(run.Start.Run);
            var kind = millis > run.Start.Spec.Limits.WallMs ? FailKind.WallTime : FailKind.Host;
            node.Handle(new RunBroke(run.Start.Run, kind, task, "the simulated child died"));
            return;
        }

        if (last) _runs.Remove(run.Start.Run);
        run.Began = false;
        run.At++;
        world.Notify(o => o.Ran(node, run, run.BeganAt));
        node.Handle(new TaskRan(run.Start.Run, Result(run, task, millis)));
        if (!last && Lives(run)) Next(run, 0);
    }

    private bool Lives(Run run) => node.Up && _runs.TryGetValue(run.Start.Run, out var current) && current == run;

    private void Next(Run run, long micros) => world.Schedule(node.Index, SimEventKind.Run, node.Micros + micros, node.Index, node.Life, run);

    private long Cost(Run run, uint task)
        => SimProgram.Run(run.Start.Spec, run.SpecHash, task).Micros * 1000 / node.Class.SpeedPermille * (node.Trouble?.Slower ?? 1);

    private TaskResult Result(Run run, uint task, ulong millis)
    {
        var output = SimProgram.Run(run.Start.Spec, run.SpecHash, task);
        if (run.Start.Run.Role == RunRole.Confirm) return new TaskResult(task, output.Hash, null, output.Size, output.Fuel, millis, output.Fault);
        var blob = SimProgram.Blob(output.Hash, output.Size, StartRun.ContentKey(run.Start.OutputKey.Span, task));
        node.Shelf.Put(blob, fault: output.Fault);
        return new TaskResult(task, output.Hash, blob, output.Size, output.Fuel, millis, output.Fault);
    }

    private string MissingInput(JobSpec spec)
    {
        if (spec.Module is { } module && !node.Shelf.Has(module.Root)) return "its module";
        foreach (var input in spec.Inputs)
        {
            if (!node.Shelf.Has(input.Blob.Root)) return input.Name;
        }

        return "";
    }

    /// <summary>A child that lives.</summary>
    internal sealed class Run(StartRun start, Hash32 specHash)
    {
        public StartRun Start { get; } = start;

        public Hash32 SpecHash { get; } = specHash;

        public int At { get; set; }

        public bool Began { get; set; }

        /// <summary>When its task began, microseconds of the run.</summary>
        public long BeganAt { get; set; }
    }

    /// <summary>A transfer on its way.</summary>
    internal sealed class Fetch(FetchBlobs effect, int from, long epoch, long at)
    {
        public FetchBlobs Effect { get; } = effect;

        public int From { get; } = from;

        /// <summary>The connection that it goes over; 0 for none.</summary>
        public long Epoch { get; } = epoch;

        /// <summary>When it is over, microseconds of the run.</summary>
        public long At { get; } = at;
    }
}
