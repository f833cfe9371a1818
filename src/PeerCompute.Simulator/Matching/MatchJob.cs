// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Matching;

/// <summary>A job of a baseline, at its client.</summary>
/// <param name="number">Its number in the run.</param>
/// <param name="client">Who handed it in.</param>
/// <param name="submitted">When, microseconds.</param>
/// <param name="deadline">When it is given up, microseconds.</param>
/// <param name="chance">Chance of its own.</param>
internal sealed class MatchJob(int number, int client, long submitted, long deadline, Choices chance)
{
    private readonly Stack<MatchTask> _unplaced = [];

    public int Number => number;

    public int Client => client;

    public long Submitted => submitted;

    public long Deadline => deadline;

    public Choices Chance => chance;

    /// <summary>How many tasks it has.</summary>
    public int Tasks { get; private set; }

    /// <summary>Tasks of which its client knows that they are done.</summary>
    public int TasksDone { get; set; }

    /// <summary>Tasks that a worker has begun at least once.</summary>
    public int TasksBegun { get; set; }

    /// <summary>Whether its program fails by itself.</summary>
    public bool Faulty { get; init; }

    /// <summary>How it stands, in the words of the market's jobs.</summary>
    public string State { get; set; } = "Running";

    /// <summary>When it ended, microseconds; -1 while it has not.</summary>
    public long EndedAt { get; set; } = -1;

    public bool Ended => EndedAt >= 0;

    /// <summary>Tasks sent to workers, those that were sent again included.</summary>
    public int Placed { get; set; }

    /// <summary>Owed for tasks done, micro-units.</summary>
    public ulong OwedMicro { get; set; }

    /// <summary>Places in queues that were taken for it; only with late binding.</summary>
    public List<Reservation> Reservations { get; } = [];

    /// <summary>Whether a task waits for a worker.</summary>
    public bool HasUnplaced => !Ended && _unplaced.Count > 0;

    /// <summary>Adds its tasks, the first last.</summary>
    public void Add(MatchTask task)
    {
        Tasks++;
        _unplaced.Push(task);
    }

    /// <summary>A task that was placed waits again, before the others.</summary>
    public void Return(MatchTask task) => _unplaced.Push(task);

    /// <summary>The next task that waits for a worker; null where none does, or the job has ended.</summary>
    public MatchTask? Take() => HasUnplaced ? _unplaced.Pop() : null;
}
