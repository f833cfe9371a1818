// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Leases;

/// <summary>Where a lease stands: a fold over both chains, the same on both sides when the heads are equal.</summary>
public enum LeasePhase
{
    /// <summary>The issuer signed; the worker has not.</summary>
    Awarded,

    /// <summary>Both signed; inputs are fetched.</summary>
    Accepted,

    /// <summary>The program runs.</summary>
    Running,

    /// <summary>The worker committed to its results.</summary>
    Committed,

    /// <summary>The nonce is revealed.</summary>
    Revealed,

    /// <summary>The commit is opened; results are being confirmed.</summary>
    Opened,

    /// <summary>There is a verdict.</summary>
    Confirmed,

    /// <summary>The issuer said what it owes.</summary>
    Closed,

    /// <summary>The worker agreed: the end.</summary>
    Settled,

    /// <summary>The worker gave up; the issuer has not acknowledged.</summary>
    Failed,

    /// <summary>The issuer ended it without a result: the end.</summary>
    Cancelled,
}
