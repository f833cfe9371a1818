// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Receipts;

/// <summary>What a receipt file says, and what of it holds.</summary>
public sealed record ReceiptReport
{
    /// <summary>True when there is no problem.</summary>
    public bool Ok => Problems.IsEmpty;

    /// <summary>What does not hold, in the order found; at most 100.</summary>
    public required ImmutableArray<ReceiptProblem> Problems { get; init; }

    /// <summary>What follows from the signatures and hashes in the file, for people; empty unless <see cref="Ok"/>.</summary>
    public ImmutableArray<string> Proves { get; init; } = [];

    /// <summary>What the file cannot prove, for people.</summary>
    public ImmutableArray<string> Trusts { get; init; } = [];

    /// <summary>The receipt as decoded; null when the file is no receipt.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Unit of account.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Who is shown to have worked, in the order of their first leases.</summary>
    public ImmutableArray<PeerId> Workers { get; init; } = [];

    /// <summary>Leases that the worker countersigned with its last word.</summary>
    public int Settled { get; init; }

    /// <summary>The job.</summary>
    public Hash32 JobId => Receipt?.Header.Context ?? default;

    /// <summary>Its name.</summary>
    public string JobName => Receipt?.JobName ?? "";

    /// <summary>Who pays.</summary>
    public PeerId Issuer => Receipt?.Issuer ?? PeerId.None;

    /// <summary>Tasks of the job.</summary>
    public uint Tasks => Receipt?.Tasks ?? 0;

    /// <summary>Price, micro-units.</summary>
    public ulong TotalMicro => Receipt?.TotalMicro ?? 0;

    /// <summary>Fuel of all tasks.</summary>
    public ulong TotalFuel => Receipt?.TotalFuel ?? 0;

    /// <summary>Who confirmed, in words.</summary>
    public string ConfirmedBy => Receipt?.ConfirmedBy ?? "";
}
