// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Core.Runs;

/// <summary>What a run or fetch is for.</summary>
public enum RunRole
{
    /// <summary>The worker runs the lease's range.</summary>
    Work = 1,

    /// <summary>The issuer opens and re-executes it.</summary>
    Confirm = 2,

    /// <summary>The issuer compares what the workers of a range gave; the lease is the first worker's. In no journal.</summary>
    Compare = 3,

    /// <summary>The issuer fetches a checkpoint of the lease. In no journal.</summary>
    Checkpoint = 4,
}

/// <summary>Names a run or fetch: at most one of each lives at a time.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Role">What it is for.</param>
public readonly record struct RunKey(Hash32 LeaseId, RunRole Role);
