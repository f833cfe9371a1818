// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;

namespace PeerCompute.Simulator.Mesh;

/// <summary>Something that one node has to say to one that it may have to dial first.</summary>
/// <param name="From">Index of who asks.</param>
/// <param name="Life">The asker's life.</param>
/// <param name="To">Index of who is asked.</param>
/// <param name="AtMicros">When.</param>
/// <param name="Effect">An <see cref="AskKad"/>, <see cref="AskAdvert"/> or <see cref="SayAt"/>.</param>
internal sealed record Question(int From, int Life, int To, long AtMicros, NodeEffect Effect)
{
    /// <summary>The connection that it went over.</summary>
    public long Epoch { get; set; }
}

/// <summary>What comes back.</summary>
/// <param name="Question">The question.</param>
/// <param name="Event">The answer; null where the asker gives up.</param>
internal sealed record Reply(Question Question, NodeEvent? Event);
