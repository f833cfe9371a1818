// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Core.Blobs;

/// <summary>What a shell shall do with a holder.</summary>
public enum FetchStep
{
    /// <summary>Open a stream to it; what is asked follows.</summary>
    Begin = 1,

    /// <summary>Ask it for chunks. Where the manifest is not known yet, for that too.</summary>
    Ask = 2,

    /// <summary>End its stream at once.</summary>
    Stop = 3,
}

/// <summary>One order of a <see cref="FetchPlan"/>.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Holder">With whom.</param>
/// <param name="First">First chunk asked for.</param>
/// <param name="Count">Chunks asked for; 0 where only the manifest is.</param>
public readonly record struct FetchOrder(FetchStep Step, PeerId Holder, int First = 0, int Count = 0);
