// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>What nodes of a baseline say to each other.</summary>
internal enum MatchWord
{
    /// <summary>A task for a worker's queue.</summary>
    Task,

    /// <summary>A task is done.</summary>
    Done,

    /// <summary>A task's child died.</summary>
    Broke,

    /// <summary>A job, to the scheduler.</summary>
    Job,

    /// <summary>How busy are you? With an offer, or without.</summary>
    Ask,

    /// <summary>So busy, at such a price.</summary>
    Answer,

    /// <summary>A place in a worker's queue.</summary>
    Reserve,

    /// <summary>A reservation's turn has come: which task?</summary>
    Turn,

    /// <summary>A task for a reservation.</summary>
    Bound,

    /// <summary>No task is left for a reservation.</summary>
    Nothing,

    /// <summary>A reservation is not needed any more.</summary>
    Cancel,

    /// <summary>A worker is there, with all slots free.</summary>
    Hello,

    /// <summary>A slot came free.</summary>
    Free,
}

/// <summary>Sizes of words.</summary>
internal static class MatchWords
{
    private const int Short = 64; // an id or two and a number
    private const int Long = 256; // what a worker needs to know of a task: names, limits, where its inputs lie

    /// <summary>Bytes of a word on the wire: a model's, without signatures.</summary>
    public static int Bytes(MatchWord word) => word is MatchWord.Task or MatchWord.Bound or MatchWord.Job ? Long : Short;
}
