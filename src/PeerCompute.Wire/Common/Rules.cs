// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Wire.Common;

/// <summary>The rules that a lease is signed under; no upgrade changes a lease that names them.</summary>
public static class Rules
{
    /// <summary>Name of the rules: docs/protocol/job.md as of protocol version 1.</summary>
    public const string Name = "peercompute rules 1: two chains per lease; commit before reveal; "
        + "full re-execution by the issuer, or replicas drawn after the commit; bilateral promise; accepted outputs are kept until collected";

    /// <summary>What headers carry.</summary>
    public static Hash32 Hash { get; } = new HashBuilder("peercompute/1/rules").Add(Name).Hash();
}
