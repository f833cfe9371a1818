// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Blobs;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Disks;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Lanes;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Network.Places;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Nodes;

/// <summary>The shell around one machine: does its effects in virtual time, binding ones only when the journal is durable.</summary>
internal sealed partial class SimNode
{
    private const int EventsASecond = 1000;

    /// <summary>A node that joins a DHT asks some four hundred questions in its first seconds, each over a connection that comes and goes.</summary>
    private const int EventsASecondInMesh = 5000;

    private readonly Simulation _world;
    private readonly Queue<(int After, NodeEffect Effect)> _held = new();
    private readonly NodeSettings _settings;
    private readonly List<NodeEffect> _effects = [];
    private ReadOnlyMemory<byte> _book;
    private long _startedMicros;
    private long _wakeAt = long.MaxValue;
    private bool _handling;
    private long _second;
    private int _inThisSecond;

    public SimNode(Simulation world, int index, NodeClass kind, int number)
    {
        _world = world;
        Index = index;
        Number = number;
        Class = kind;
        Signer = MachineSite.SignerOf(world.Seed, index);
        var chance = Draw.Stream(world.Seed, "node", (ulong)index);
        Standing = Standing.Of(world.Scenario.Links, Draw.Stream(world.Seed, "standing", (ulong)index));
        SkewMs = chance.Between(-world.Scenario.ClockSkewMs, world.Scenario.ClockSkewMs);
        Disk = new SimDisk(world.Scenario.Disk, Draw.Stream(world.Seed, "disk", (ulong)index));
        Luck = Draw.Stream(world.Seed, "luck", (ulong)index);
        Sandbox = new SimSandbox(world, this, kind.FlakyPpm, Draw.Stream(world.Seed, "sandbox", (ulong)index));
        Address = Place.AddressOf(index);
        Kad = new KadPeer(Signer.PeerId, kind.Dialable ? [Address] : []);
        _settings = new NodeSettings
        {
            TakesWork = kind.Worker,
            Slots = (uint)kind.Slots,
            PerTaskMicro = kind.PriceMicro,
            Isolation = "simulated",
            Light = kind.Light,
            PeersRemembered = kind.Remembers,
            Connections = kind.Connections,
            RefreshInterval = world.Scenario.Refresh,
        };
    }

    public int Index { get; }

    /// <summary>Which share of the nodes it is worked on with.</summary>
    public Lane Lane { get; set; } = null!;

    /// <summary>The run's time at this node, microseconds.</summary>
    public long Micros => Lane.Clock.Micros;

    /// <summary>All that happened to it, as one hash.</summary>
    public Trace Trace { get; } = new();

    public NodeClass Class { get; }

    /// <summary>Number of the node within its class.</summary>
    public int Number { get; }

    public ISigner Signer { get; }

    /// <summary>Where it can be dialled, unless it is light.</summary>
    public Multiaddr Address { get; }

    /// <summary>What others know of it: one object for all of them.</summary>
    public KadPeer Kad { get; }

    /// <summary>Where it stands in the network, and how fast its link is.</summary>
    public Standing Standing { get; }

    /// <summary>How far its wall clock is off, milliseconds.</summary>
    public long SkewMs { get; set; }

    /// <summary>What faults do to it; null where none did so far.</summary>
    public Trouble? Trouble { get; set; }

    public SimDisk Disk { get; }

    public BlobShelf Shelf { get; } = new();

    /// <summary>What it serves in this life, and to whom.</summary>
    public BlobShares Shares { get; private set; } = new();

    /// <summary>What this life keeps, and for which lease.</summary>
    public BlobPins<RunKey> Pins { get; private set; } = new();

    public SimSandbox Sandbox { get; private set; }

    /// <summary>Null while it is down.</summary>
    public INodeMachine? Machine { get; private set; }

    public bool Up => Machine is not null;

    /// <summary>Changes with every start and crash: what belongs to another life is void.</summary>
    public int Life { get; private set; }

    public CrashPlan? CrashPlan { get; set; }

    /// <summary>A second machine that starts now from the durable journal; what it wants to do is dropped. Null when it cannot start.</summary>
    public INodeMachine? Restarted()
    {
        try
        {
            var machine = Replayed();
            machine?.Handle(new NodeStarted(new Incarnation(ulong.MaxValue, 0)), Now(), []);
            return machine;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            _world.Violate("exceptions", $"node {Index} would not start again: {broken}");
            return null;
        }
    }

    public void Start()
    {
        if (Up) return;
        Life++;
        _startedMicros = Micros;
        _wakeAt = long.MaxValue;
        Sandbox = new SimSandbox(_world, this, Class.FlakyPpm, Draw.Stream(_world.Seed, "sandbox", (ulong)Index, (ulong)Life));
        Shares = new BlobShares();
        Pins = new BlobPins<RunKey>();
        if (Replayed() is not { } machine) return;
        Machine = machine;
        var lives = 1UL;
        foreach (var entry in Disk.Entries) lives += entry is LifeBegan ? 1UL : 0;
        _world.Notify(o => o.Started(this));
        Handle(new NodeStarted(new Incarnation(lives, Draw.Word(_world.Seed, "incarnation", (ulong)Index, (ulong)Life))));
        _world.Mesh.Begin(this, _book);
    }

    /// <summary>Kill -9: memory, runs and connections are gone, the journal keeps what is durable.</summary>
    public void Crash(int torn = 0)
    {
        if (!Up) return;
        Life++;
        Machine = null;
        _held.Clear();
        for (var i = Math.Max(0, Disk.Durable - torn); i < Disk.Durable; i++) Lose(Disk.Entries[i]);
        Disk.Crash(torn);
        Lane.Counters.Crashes++;
        _world.Network.Died(this);
    }

    public void Handle(NodeEvent e)
    {
        if (Machine is not { } machine) return;
        if (_handling) throw new InvalidOperationException("one writer at a time");
        _handling = true;
        CountBusy(e);
        _effects.Clear();
        try
        {
            machine.Handle(e, Now(), _effects);
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            _world.Violate("exceptions", $"node {Index} threw on {e.GetType().Name}: {broken}");
            _effects.Clear();
        }
        finally
        {
            _handling = false;
        }

        var life = Life;
        foreach (var effect in _effects) Apply(effect);
        Flush();
        if (life == Life) Rearm(machine);
    }

    /// <summary>A write came through: lets go what waited for it, unless the node dies here.</summary>
    public void Durable(int upTo)
    {
        var from = Disk.Durable;
        var crash = CrashPlan is { } plan && Disk.WritesEver + upTo - from >= plan.Write ? plan : null;
        if (crash?.Part is { } part) upTo = from + Math.Min(part, upTo - from - 1);
        Disk.Finish(upTo);
        _world.Notify(o =>
        {
            for (var i = from; i < upTo; i++) o.Durable(this, Disk.Entries[i]);
        });
        if (crash is { AfterEffects: false })
        {
            Die(crash);
            return;
        }

        while (_held.TryPeek(out var first) && first.After <= Disk.Durable)
        {
            _held.Dequeue();
            Do(first.Effect);
        }

        if (crash is not null) Die(crash);
        else Flush();
    }

    public void Wake(long at)
    {
        if (Machine is not { } machine || at != _wakeAt) return;
        _wakeAt = long.MaxValue;
        if (VirtualClock.ToRun(machine.NextWake, _startedMicros) <= at) Handle(new Tick());
        else Rearm(machine);
    }

    public void Submit(JobRequest job)
    {
        if (job.Spec.Module is { } module) Shelf.Put(module);
        Handle(new SubmitJob(job));
    }

    /// <summary>A machine that is told something a thousand times a second talks to itself.</summary>
    private void CountBusy(NodeEvent e)
    {
        var second = Micros / 1_000_000;
        _inThisSecond = second == _second ? _inThisSecond + 1 : 1;
        _second = second;
        if (_inThisSecond != (_world.Scenario.Mesh ? EventsASecondInMesh : EventsASecond)) return;
        _world.Violate("busy", $"node {Index} handles {_inThisSecond} events within second {second}, now {e.GetType().Name}");
    }

    private INodeMachine? Replayed()
    {
        var machine = _world.NewMachine(Site());
        try
        {
            for (var i = 0; i < Disk.Durable; i++) machine.Restore(Disk.Entries[i]);
            return machine;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            _world.Violate("replay", $"node {Index} cannot be restored from its journal: {broken}");
            return null;
        }
    }

    private void Flush()
    {
        if (!Up || Disk.Writing || Disk.Entries.Count == Disk.Durable) return;
        var (upTo, micros) = Disk.Begin();
        if (Trouble is { } trouble) micros *= trouble.Slower * trouble.DiskSlower;
        _world.Schedule(Index, SimEventKind.Durable, Micros + micros, Index, Life, upTo);
    }

    private void Lose(JournalEntry entry) => _world.Notify(o => o.Lost(this, entry));

    private void Die(CrashPlan plan)
    {
        CrashPlan = null;
        Crash(plan.Torn);
        _world.Schedule(Index, SimEventKind.Start, Micros + plan.DownMicros, Index, 0, null);
    }

    private void Rearm(INodeMachine machine)
    {
        var wake = machine.NextWake;
        if (wake == Instant.Never) return;
        var at = Math.Max(Micros, VirtualClock.ToRun(wake, _startedMicros));
        if (at >= _wakeAt) return;
        _wakeAt = at;
        _world.Schedule(Index, SimEventKind.Wake, at, Index, Life, null);
    }

    /// <summary>Its own clocks.</summary>
    public NodeTime Now() => Lane.Clock.For(_startedMicros, SkewMs);

    private MachineSite Site()
    {
        var life = (ulong)Life;
        var secrets = new Base.Chance.Secrets(Draw.Bytes(_world.Seed, "secrets", (ulong)Index, life).ToArray());
        var choices = Draw.Stream(_world.Seed, "choices", (ulong)Index, life);
        return new MachineSite(_world.Seed, Index, Life, Signer, _settings, secrets, choices, Shelf, Doom);
    }

    private bool Doom(CrashPlan plan)
    {
        if (CrashPlan is not null || Micros >= _world.Scenario.DurationMicros) return false;
        CrashPlan = plan;
        return true;
    }
}
