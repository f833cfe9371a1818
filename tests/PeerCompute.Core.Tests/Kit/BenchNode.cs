// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Blobs;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Core.Tests.Kit;

/// <summary>One node on the workbench: the real machine, a journal in memory, runs that take a millisecond a task.</summary>
internal sealed class BenchNode
{
    private readonly Bench _bench;
    private readonly KeyPair _key;
    private readonly NodeSettings _settings;
    private readonly byte _seed;
    private readonly OrderedRuns _runs = new();
    private HashSet<Hash32> _made = [];
    private NodeCore _core;
    private int _life;
    private Instant _wake = Instant.Never;

    public BenchNode(Bench bench, byte seed, NodeSettings settings)
    {
        (_bench, _seed, _settings) = (bench, seed, settings);
        _key = KeyPair.FromSeed([.. Enumerable.Repeat(seed, 32)]);
        _core = NewCore();
        Find = pair => Differ(pair) is { Length: > 0 } difference
            ? new PairFound(pair, PairLikeness.Different, difference)
            : new PairFound(pair, PairLikeness.Alike, "");
    }

    public KeyPair Key => _key;

    public PeerId Id => _key.PeerId;

    public bool Alive { get; private set; }

    public HashSet<PeerId> Peers { get; } = [];

    public List<JournalEntry> Journal { get; private set; } = [];

    public List<string> Notes { get; } = [];

    public List<(RunKey Run, uint Task)> Ran { get; } = [];

    /// <summary>What runs were given beside their spec.</summary>
    public List<(RunKey Run, Wire.Leases.JobSecrets Secrets)> Given { get; } = [];

    public Dictionary<Hash32, byte[]> Receipts { get; } = [];

    public List<Hash32> Dropped { get; } = [];

    /// <summary>Those of them that go before what the machine kept with it is durable.</summary>
    public List<Hash32> DroppedAtOnce { get; } = [];

    /// <summary>Images that were to be fetched.</summary>
    public List<SeekImage> Sought { get; } = [];

    /// <summary>Images that jobs and leases need.</summary>
    public Dictionary<Hash32, HoldImage> Images { get; } = [];

    /// <summary>What this life serves, and to whom.</summary>
    public BlobShares Shares { get; private set; } = new();

    /// <summary>What this life keeps in its store.</summary>
    public BlobPins<RunKey> Pins { get; private set; } = new();

    /// <summary>Alters what a run gives: the only way a test makes a liar.</summary>
    public Func<RunKey, TaskResult, TaskResult> Lie { get; set; } = static (_, r) => r;

    /// <summary>What a fetch answers; null for success.</summary>
    public Func<FetchBlobs, BlobsFailed?> FetchFault { get; set; } = static _ => null;

    /// <summary>Microseconds that a fetch takes before it answers; <see cref="long.MaxValue"/> for one that never does.</summary>
    public Func<FetchBlobs, long> FetchMicros { get; set; } = static _ => 500;

    /// <summary>Fetches that have neither answered nor been stopped; the answer to one that was stopped still comes, as it may have been under way.</summary>
    public List<FetchBlobs> Fetching { get; } = [];

    /// <summary>What the fetched output of a task says that the program did wrong.</summary>
    public Func<uint, string> Faults { get; set; } = static _ => "";

    /// <summary>What differs between two outputs of a task; empty where they are alike.</summary>
    public Func<OutputPair, string> Differ { get; set; } = static _ => "other bytes";

    /// <summary>What a comparison finds of two outputs.</summary>
    public Func<OutputPair, PairFound> Find { get; set; }

    /// <summary>Outputs that this life was told to compare.</summary>
    public List<OutputPair> Compared { get; } = [];

    /// <summary>Runs that began, with what they go on from.</summary>
    public List<StartRun> Begun { get; } = [];

    /// <summary>Runs whose programs were asked to end.</summary>
    public List<EaseRun> Eased { get; } = [];

    /// <summary>Whether a task goes on for ever.</summary>
    public Func<RunKey, uint, bool> Endless { get; set; } = static (_, _) => false;

    /// <summary>What a program saves when it is asked to end; null for nothing.</summary>
    public Func<RunKey, Checkpoint?> Saves { get; set; } = static _ => null;

    /// <summary>Called after each event: where a test crashes the node.</summary>
    public Action<NodeEvent>? Handled { get; set; }

    public IReadOnlyList<JobView> Jobs => _core.Jobs();

    public IReadOnlyList<LeaseView> Work => _core.Work();

    public JobView Job(Hash32 id) => _core.Job(id)!;

    public void Start()
    {
        _life++;
        _wake = Instant.Never;
        _core = NewCore();
        Shares = new BlobShares();
        Pins = new BlobPins<RunKey>();
        foreach (var entry in Journal) _core.Restore(entry);
        Alive = true;
        Post(new NodeStarted(new Incarnation((ulong)_life, (ulong)(_seed * 1000) + (ulong)_life)));
    }

    /// <summary>Ends the process: what is not in the journal is gone.</summary>
    public void Kill()
    {
        Alive = false;
        _runs.Clear();
        Fetching.Clear();
        Compared.Clear();
        _bench.Disconnect(this);
    }

    /// <summary>The same home in another place; its lives are counted on from here and get other salts.</summary>
    public BenchNode Copy() => new(_bench, _seed, _settings) { Journal = [.. Journal], _life = _life + 100, _made = [.. _made] };

    /// <summary>Puts an older copy of the home back: journal and outputs.</summary>
    public void SetBack(int entries)
    {
        Journal = [.. Journal.Take(entries)];
        _made.Clear();
        foreach (var kept in Journal.OfType<TaskKept>().Where(static kept => kept.Result.Blob is not null)) _made.Add(kept.Result.Blob!.Root);
    }

    public void Post(NodeEvent e)
    {
        if (!Alive) return;
        var effects = new List<NodeEffect>();
        _core.Handle(e, _bench.Now, effects);
        foreach (var effect in effects) Do(effect);
        Schedule();
        Handled?.Invoke(e);
    }

    private NodeCore NewCore() => new(_key, _settings, new Secrets([.. Enumerable.Repeat((byte)(_seed + _life), 32)]), new Choices(_seed));

    private void Schedule()
    {
        var wake = _core.NextWake;
        if (wake == Instant.Never || wake == _wake) return;
        _wake = wake;
        var life = _life;
        _bench.After(Math.Max(0, wake.Micros - _bench.Micros), () =>
        {
            if (_life != life) return;
            _wake = Instant.Never;
            Post(new Tick());
        });
    }

    private void Do(NodeEffect effect)
    {
        var life = _life;
        void Later(long micros, Func<NodeEvent> e) => _bench.After(micros, () =>
        {
            if (_life == life) Post(e());
        });
        switch (effect)
        {
            case Keep keep:
                Journal.Add(JournalCodec.Decode(JournalCodec.Encode(keep.Entry)));
                break;
            case Say say:
                Send(say);
                break;
            case Reach reach:
                _bench.Dials++;
                Later(1000, () => Dial(reach));
                break;
            case FetchBlobs fetch:
                Assert.That(fetch.Blobs.All(blob => Pins.Has(fetch.Fetch, blob.Root)), "what is fetched is pinned before it comes");
                Fetch(fetch, life);
                break;
            case CompareOutputs compare:
                foreach (var blob in compare.Pairs.SelectMany(static pair => (BlobRef[])[pair.A, pair.B]))
                    Assert.That(Journal.OfType<OutputsKept>().Any(kept => Pins.Has(new RunKey(kept.LeaseId, RunRole.Confirm), blob.Root)), "is here");
                Compared.AddRange(compare.Pairs);
                Later(300, () => new OutputsCompared(compare.Run, [.. compare.Pairs.Select(Find)]));
                break;
            case ShareBlobs share:
                Shares.Put(share.Scope, share.Issuer, share.Roots, share.Holders);
                break;
            case SeekImage seek:
                Sought.Add(seek);
                break;
            case HoldImage hold:
                Images[hold.Scope] = hold;
                break;
            case ReleaseImage release:
                Images.Remove(release.Scope);
                break;
            case WithholdBlobs withhold:
                Shares.Remove(withhold.Scope);
                break;
            case PinBlobs pin:
                Pins.Add(pin.Owner, pin.Roots);
                break;
            case UnpinBlobs unpin:
                Pins.Remove(unpin.Owner);
                break;
            case SweepBlobs:
                Swept();
                break;
            case StartRun run:
                Begun.Add(run);
                Given.Add((run.Run, run.Secrets));
                _runs.Start(run);
                RunNext(run.Run, life);
                break;
            case EaseRun ease:
                Eased.Add(ease);
                _bench.After(2000, () => { if (_life == life) End(ease.Run); });
                break;
            case StopRun stop:
                _runs.Stop(stop.Run);
                Fetching.RemoveAll(fetch => fetch.Fetch == stop.Run);
                break;
            case IssueReceipt receipt:
                Assert.That(ReceiptCheck.Verify(receipt.Receipt).Problems, Is.Empty, "a receipt that a node makes holds");
                Receipts[receipt.JobId] = receipt.Receipt.ToArray();
                break;
            case DropBlobs drop:
                Dropped.AddRange(drop.Roots);
                if (!drop.IsBinding) DroppedAtOnce.AddRange(drop.Roots);
                break;
            case Note note:
                Notes.Add(note.Text);
                break;
        }
    }

    /// <summary>What a life before needed is pinned when the shell is told to delete the rest.</summary>
    private void Swept()
    {
        foreach (var job in Jobs.Where(static job => !job.Swept))
        {
            foreach (var task in job.Tasks.Where(static task => task.Output is not null))
                Assert.That(Pins.Has(task.Output!.Root), $"output of task {task.Task} was paid for");
            if (job.State < JobState.Accepted && job.Request.Spec.Module is { } module) Assert.That(Shares.Has(module.Root), "a live job serves its module");
        }

        foreach (var kept in Journal.OfType<TaskKept>().Where(static kept => kept.Run.Role == RunRole.Work && kept.Result.Blob is not null))
        {
            var phase = Work.Single(lease => lease.LeaseId == kept.Run.LeaseId).Phase;
            if (phase is not (LeasePhase.Settled or LeasePhase.Cancelled)) Assert.That(Pins.Has(kept.Run, kept.Result.Blob!.Root), "an output of a live lease");
        }
    }

    private void Fetch(FetchBlobs fetch, int life)
    {
        Fetching.Add(fetch);
        if (FetchMicros(fetch) is not long.MaxValue and var micros)
        {
            _bench.After(micros, () =>
            {
                if (_life != life) return;
                Fetching.Remove(fetch);
                Post(FetchFault(fetch) ?? Refused(fetch) ?? Fetched(fetch));
            });
        }
    }

    private NodeEvent Fetched(FetchBlobs fetch)
    {
        if (fetch.FaultsFrom is not { } first) return new BlobsFetched(fetch.Fetch);
        var faults = Enumerable.Range((int)first, fetch.Blobs.Length).Select(task => new TaskFault((uint)task, Faults((uint)task)));
        return new BlobsFetched(fetch.Fetch) { Faults = [.. faults.Where(static f => f.Text != "")] };
    }

    /// <summary>What the other side's server would say; null when it gives all.</summary>
    private BlobsFailed? Refused(FetchBlobs fetch)
    {
        Assert.That(fetch.Token.IsGood(), "a token that a node goes by is signed");
        if (_bench.Find(fetch.From) is not { Alive: true } other) return new BlobsFailed(fetch.Fetch, false, "nobody is there");
        foreach (var blob in fetch.Blobs)
        {
            var refusal = other.Shares.Judge(fetch.Token, Id, blob.Root, (ulong)_bench.Now.WallMs);
            if (refusal != BlobRefusal.None) return new BlobsFailed(fetch.Fetch, false, $"not served: {refusal}");
            if (fetch.Token.Token.Scope == BlobScope.Outputs && !other._made.Contains(blob.Root)) return new BlobsFailed(fetch.Fetch, false, "it is not there");
        }

        return null;
    }

    /// <summary>A program saves what it has done, and tells of it.</summary>
    public void Save(RunKey run, Checkpoint checkpoint)
    {
        foreach (var pack in checkpoint.Packs) _made.Add(pack.Root);
        Post(new CheckpointMade(run, checkpoint));
    }

    private void End(RunKey run)
    {
        if (!_runs.TryPeek(run, out var task)) return;
        if (Saves(run) is { } last) Save(run, last);
        _runs.Stop(run);
        Post(new RunBroke(run, FailKind.Host, task, "it was asked to end"));
    }

    private NodeEvent Dial(Reach reach)
    {
        if (_bench.Find(reach.Peer) is not { } other || !_bench.Reachable(this, other)) return new PeerUnreachable(reach.Peer, "nobody listens there");
        _bench.Connect(this, other);
        return new Tick();
    }

    private void Send(Say say)
    {
        if (!Peers.Contains(say.To)) return;
        _bench.Wire.Add((Id, say.To, say.Message));
        if (_bench.Loses(Id, say.Message)) return;
        var frame = say.Message.Frame();
        _bench.After(200, () =>
        {
            if (_bench.Find(say.To) is not { } other || !other.Peers.Contains(Id)) return;
            other.Post(Admission.Admit(other._key, Id, PeerMessage.Decode(say.Message.Protocol, frame)));
        });
    }

    /// <summary>As in a store: equal outputs of two workers lie under different keys, and so have different roots.</summary>
    private static BlobRef? Sealed(StartRun run, Hash32 output, uint task)
    {
        if (run.OutputKey.IsEmpty) return null;
        var key = StartRun.ContentKey(run.OutputKey.Span, task);
        return new BlobRef(output, 10, new HashBuilder("cipher").Add(output).Add(key).Hash(), key);
    }

    private void RunNext(RunKey key, int life) => _bench.After(1000, () =>
    {
        if (_life != life || (_runs.TryPeek(key, out var next) && Endless(key, next)) || !_runs.TryNext(key, out var run, out var task)) return;
        Ran.Add((key, task));
        var output = new HashBuilder("bench output").Add(run.Spec.Hash()).Add(task).Hash();
        var blob = Sealed(run, output, task);
        if (blob is not null) _made.Add(blob.Root);
        var fuel = run.Spec.Native is null ? 1000 + task : 0UL;
        Post(new TaskRan(key, Lie(key, new TaskResult(task, output, blob, 10, fuel, 1, ""))));
        RunNext(key, life);
    });
}
