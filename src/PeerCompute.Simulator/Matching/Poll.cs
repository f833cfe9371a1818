// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>A question to workers for whom tasks are, and what they answered.</summary>
/// <param name="job">The job.</param>
/// <param name="tasks">The tasks.</param>
internal sealed class Poll(MatchJob job, List<MatchTask> tasks)
{
    public MatchJob Job => job;

    public List<MatchTask> Tasks => tasks;

    /// <summary>Answers, in the order in which they came.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>Workers that neither answered nor are known to be gone.</summary>
    public int Open { get; set; }

    /// <summary>Whether the tasks were placed.</summary>
    public bool Closed { get; set; }
}

/// <summary>A worker's answer.</summary>
/// <param name="Poll">To what.</param>
/// <param name="Worker">Whose.</param>
/// <param name="Load">Tasks and reservations at it when it was asked.</param>
internal sealed record Answer(Poll Poll, MatchWorker Worker, int Load);
