// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>A way to match tasks and workers. It acts through its <see cref="MatchingWorld"/>, which runs tasks, carries messages and keeps count.</summary>
internal interface IMatching
{
    /// <summary>A client hands a job in.</summary>
    void Submit(MatchJob job);

    /// <summary>A word of this matching's own came to a node.</summary>
    void Hear(int from, int to, MatchWord word, object about);

    /// <summary>What was said to a worker came to nobody, or went down with it; the sender knows now.</summary>
    void Unheard(int from, int to, MatchWord word, object about);

    /// <summary>A task that was placed is to be placed again: its worker went down, or its child died.</summary>
    void Lost(MatchTask task);

    /// <summary>A worker began a life, with all slots free.</summary>
    void Started(MatchWorker worker)
    {
    }

    /// <summary>A worker finished a task, or one came whose job has ended, and has a slot free.</summary>
    void Freed(MatchWorker worker)
    {
    }

    /// <summary>A reservation's turn has come at its worker, whose slot is held for it.</summary>
    void Turn(MatchWorker worker, Reservation reservation)
    {
    }

    /// <summary>The matching of a world.</summary>
    static IMatching Of(MatchingWorld world) => world.Scenario.Matching switch
    {
        MatchingKind.Random => new RandomPush(world),
        MatchingKind.Choices => new ChoicesPush(world),
        MatchingKind.Batch => new BatchPush(world),
        MatchingKind.Sparrow => new SparrowPull(world),
        MatchingKind.Broadcast => new BroadcastMarket(world),
        _ => new CentralQueue(world),
    };
}
