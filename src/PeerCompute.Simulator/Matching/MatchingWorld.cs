// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Matching;

/// <summary>
/// The world of a baseline: the scenario's nodes, lives, links and jobs as the market has them, to the same tasks with the same costs. Workers are slots before
/// one queue, first in first out; a word takes its link's time; what comes to a worker that is down is noticed after the links' timeout. Clients stay up, every
/// word of theirs is believed, and nobody moves blobs.
/// </summary>
internal sealed class MatchingWorld : OverlayWorld
{
    private readonly OverlayNetwork? _network; // null: nothing takes time
    private readonly IMatching _matching;
    private readonly MatchWorker?[] _byIndex;
    private readonly int[] _clients;
    private readonly MatchWorker[] _deck;
    private readonly JobMaker _maker;
    private readonly Arrivals _arrivals;
    private int _up;
    private int _running;
    private int _jobsEnded;
    private int _tasksDone;
    private long _waiting; // tasks of jobs that have not ended, which no worker has begun

    /// <summary>A world before its first event.</summary>
    public MatchingWorld(Scenario scenario, ulong seed, IEventQueue? queue = null)
        : base(scenario, seed, scenario.NodeCount + 1, queue)
    {
        var ideal = scenario.Matching == MatchingKind.Ideal;
        _network = ideal ? null : new OverlayNetwork(scenario.Links, seed, Count + 1, seed);
        TimeoutMicros = ideal ? 0 : scenario.Links.TimeoutMicros;
        _byIndex = new MatchWorker?[Count];
        var (workers, clients, index) = (new List<MatchWorker>(), new List<int>(), 0);
        foreach (var kind in scenario.Nodes)
        {
            for (var i = 0; i < kind.Count; i++, index++)
            {
                if (kind.Client) clients.Add(index);
                if (!kind.Worker || kind.PriceMicro > scenario.Jobs.CeilingMicro) continue;
                workers.Add(_byIndex[index] = new MatchWorker(index, kind, Draw.Stream(seed, "sandbox", (ulong)index)));
                foreach (var life in Lives.Of(scenario, seed, kind, index, i)) Schedule(index, life.Kind, life.AtMicros, index);
                Script(SimEventKind.Start, scenario.DurationMicros, index);
            }
        }

        (Workers, _clients, _deck) = ([.. workers], [.. clients], [.. workers]);
        _maker = new JobMaker(seed, scenario.Jobs, []);
        _arrivals = new Arrivals(scenario.Jobs, Draw.Stream(seed, "arrivals"));
        _matching = IMatching.Of(this);
        HandIn();
    }

    /// <summary>Workers that lend at the jobs' price.</summary>
    public MatchWorker[] Workers { get; }

    /// <summary>The node of the one queue, where there is one.</summary>
    public int Scheduler => Count;

    /// <summary>How long it takes to notice that a worker is gone.</summary>
    public long TimeoutMicros { get; }

    /// <summary>All jobs so far.</summary>
    public List<MatchJob> Jobs { get; } = [];

    /// <summary>Tasks that ran to their end.</summary>
    public List<TaskRun> Runs { get; } = [];

    public override int Count => Scenario.NodeCount;

    public override string[] Columns => ["nodes_up", "jobs_known", "jobs_ended", "tasks_accepted", "tasks_waiting", "slots_busy", "message_bytes"];

    public override List<int> Times { get; } = [];

    public override long[] Row() => [_up, Jobs.Count, _jobsEnded, _tasksDone, _waiting, _running, Bytes];

    public override IReadOnlyList<Figure> Figures() => [];

    public MatchWorker WorkerAt(int index) => _byIndex[index]!;

    /// <summary>Different workers at random; more than there are only where more are wanted, each as often as the others.</summary>
    public MatchWorker[] Pick(Choices chance, int count)
    {
        var drawn = new MatchWorker[_deck.Length == 0 ? 0 : count];
        for (var i = 0; i < drawn.Length; i++)
        {
            var at = i % _deck.Length;
            var other = at + chance.Below(_deck.Length - at);
            (_deck[at], _deck[other]) = (_deck[other], _deck[at]);
            drawn[i] = _deck[at];
        }

        return drawn;
    }

    /// <summary>Says something; it arrives after its link's time.</summary>
    public void Send(int from, int to, MatchWord word, object about)
    {
        var at = Now;
        if (_network is not null)
        {
            var bytes = MatchWords.Bytes(word);
            (Messages, Bytes) = (Messages + 1, Bytes + bytes);
            at = _network.Arrival(from, to, bytes, Now);
        }

        Schedule(from, SimEventKind.Message, at, to, (long)word, about);
    }

    /// <summary>A node reminds itself.</summary>
    public void Later(int node, long micros, MatchWord word, object about) => Schedule(node, SimEventKind.Message, Now + micros, node, (long)word, about);

    /// <summary>Sends a task to a worker's queue.</summary>
    public void Place(int from, MatchWorker worker, MatchTask task)
    {
        task.Job.Placed++;
        worker.Placed++;
        Send(from, worker.Index, MatchWord.Task, task);
    }

    /// <summary>Puts a task or a reservation into a queue.</summary>
    public void Enqueue(MatchWorker worker, object entry)
    {
        worker.Queue.AddLast(entry);
        Next(worker);
    }

    /// <summary>Lets a worker's free slots take what waits; what belongs to jobs that have ended is left.</summary>
    public void Next(MatchWorker worker)
    {
        while (worker.Held < worker.Class.Slots && worker.Queue.First is { } first)
        {
            worker.Queue.RemoveFirst();
            if (first.Value is MatchTask { Job.Ended: false } task)
            {
                Begin(worker, task);
            }
            else if (first.Value is Reservation { Job.Ended: false } reservation)
            {
                worker.Held++;
                _matching.Turn(worker, reservation);
            }
            else if (first.Value is MatchTask)
            {
                _matching.Freed(worker);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Take(in SimEvent e)
    {
        switch (e.Kind)
        {
            case SimEventKind.Submit:
                Submit((int)e.Tag, e.Target);
                break;
            case SimEventKind.Wake:
                End((MatchJob)e.Payload!, "Expired");
                break;
            case SimEventKind.Message:
                Message(e);
                break;
            case SimEventKind.Unreachable when (MatchWord)e.Tag == MatchWord.Task:
                _matching.Lost((MatchTask)e.Payload!);
                break;
            case SimEventKind.Unreachable:
                _matching.Unheard(e.Target, e.Source, (MatchWord)e.Tag, e.Payload!);
                break;
            case SimEventKind.Run when WorkerAt(e.Target).Life == e.Tag:
                Ran(WorkerAt(e.Target), (MatchTask)e.Payload!);
                break;
            case SimEventKind.Start when !WorkerAt(e.Target).Up:
                WorkerAt(e.Target).Up = true;
                _up++;
                _matching.Started(WorkerAt(e.Target));
                break;
            case SimEventKind.Kill:
                Kill(WorkerAt(e.Target));
                break;
        }
    }

    private void HandIn()
    {
        if (Jobs.Count == Scenario.Jobs.Count) return;
        Script(SimEventKind.Submit, _arrivals.Next(), _clients[Jobs.Count % _clients.Length], Jobs.Count);
    }

    private void Submit(int number, int client)
    {
        var spec = _maker.Spec(number);
        var deadline = Now + _maker.DeadlineMicros(number);
        var chance = Draw.Stream(Seed, "matching", (ulong)number);
        var job = new MatchJob(number, client, Now, deadline, chance) { Faulty = SimProgram.Fails(spec) };
        var hash = spec.Hash();
        for (var i = (int)spec.Tasks - 1; i >= 0; i--) job.Add(new MatchTask(job, i, SimProgram.Micros(spec, hash, (uint)i)));
        _waiting += job.Tasks;
        Jobs.Add(job);
        Script(SimEventKind.Wake, deadline, client, number, job);
        HandIn();
        _matching.Submit(job);
    }

    private void Message(in SimEvent e)
    {
        var word = (MatchWord)e.Tag;
        if (e.Target < Count && _byIndex[e.Target] is { Up: false } && e.Source != e.Target)
        {
            Schedule(e.Target, SimEventKind.Unreachable, Now + TimeoutMicros, e.Source, e.Tag, e.Payload);
            return;
        }

        switch (word)
        {
            case MatchWord.Task:
                Enqueue(WorkerAt(e.Target), e.Payload!);
                break;
            case MatchWord.Done:
                Done(WorkerAt(e.Source), (MatchTask)e.Payload!);
                break;
            case MatchWord.Broke:
                _matching.Lost((MatchTask)e.Payload!);
                break;
            default:
                _matching.Hear(e.Source, e.Target, word, e.Payload!);
                break;
        }
    }

    private void Begin(MatchWorker worker, MatchTask task)
    {
        worker.Held++;
        _running++;
        if (task.Began < 0) (task.Job.TasksBegun, _waiting) = (task.Job.TasksBegun + 1, _waiting - 1);
        task.Began = Now;
        worker.Running.Add(task);
        var micros = Math.Max(1, task.CostMicros * 1000 / worker.Class.SpeedPermille);
        Schedule(worker.Index, SimEventKind.Run, Now + micros, worker.Index, worker.Life, task);
    }

    private void Ran(MatchWorker worker, MatchTask task)
    {
        worker.Running.Remove(task);
        worker.Held--;
        _running--;
        var broke = worker.Luck.Happens(worker.Class.FlakyPpm);
        if (!broke) Runs.Add(new TaskRun(task.Job.Number, task.Number, worker.Index, task.Began, Now, worker.Class.PriceMicro));
        Send(worker.Index, task.Job.Client, broke ? MatchWord.Broke : MatchWord.Done, task);
        Next(worker);
        if (worker.Held < worker.Class.Slots) _matching.Freed(worker);
    }

    private void Done(MatchWorker worker, MatchTask task)
    {
        var job = task.Job;
        if (task.Done || job.Ended) return;
        task.Done = true;
        _tasksDone++;
        job.OwedMicro += job.Faulty ? 0 : worker.Class.PriceMicro;
        if (++job.TasksDone == job.Tasks) End(job, job.Faulty ? "Failed" : "Accepted");
    }

    private void End(MatchJob job, string state)
    {
        if (job.Ended) return;
        (job.State, job.EndedAt) = (state, Now);
        job.Reservations.Clear();
        _jobsEnded++;
        _waiting -= job.Tasks - job.TasksBegun;
    }

    private void Kill(MatchWorker worker)
    {
        if (!worker.Up) return;
        worker.Up = false;
        worker.Life++;
        _up--;
        _running -= worker.Running.Count;
        var gone = Now + TimeoutMicros;
        foreach (var task in worker.Running) Schedule(worker.Index, SimEventKind.Unreachable, gone, task.Job.Client, (long)MatchWord.Task, task);
        foreach (var entry in worker.Queue)
        {
            var (client, word) = entry is MatchTask task ? (task.Job.Client, MatchWord.Task) : (((Reservation)entry).Job.Client, MatchWord.Reserve);
            Schedule(worker.Index, SimEventKind.Unreachable, gone, client, (long)word, entry);
        }

        worker.Held = 0;
        worker.Running.Clear();
        worker.Queue.Clear();
    }
}
