// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;

namespace PeerCompute.Wire.Receipts;

/// <summary>An input and its hash.</summary>
/// <param name="Name">Plain file name.</param>
/// <param name="Hash">SHA-256 of the plain bytes.</param>
public sealed record NamedHash(string Name, Hash32 Hash);

/// <summary>One accepted task.</summary>
/// <param name="Task">Task index.</param>
/// <param name="LeaseId">The lease it was done under.</param>
/// <param name="Worker">Who did it.</param>
/// <param name="OutputHash">SHA-256 of its bundle.</param>
/// <param name="Fuel">Fuel used.</param>
/// <param name="Size">Plain bytes of the bundle.</param>
public sealed record ReceiptTask(uint Task, Hash32 LeaseId, PeerId Worker, Hash32 OutputHash, ulong Fuel, ulong Size);

/// <summary>One lease and its evidence, as bytes that are decoded and checked one by one.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Worker">The worker.</param>
/// <param name="Bid">Signed envelope of the bid.</param>
/// <param name="IssuerChain">Signed envelopes of the issuer's entries in order.</param>
/// <param name="WorkerChain">Signed envelopes of the worker's entries in order.</param>
public sealed record ReceiptLease(
    Hash32 LeaseId,
    PeerId Worker,
    ReadOnlyMemory<byte> Bid,
    ImmutableArray<ReadOnlyMemory<byte>> IssuerChain,
    ImmutableArray<ReadOnlyMemory<byte>> WorkerChain);

/// <summary>Where a part of the price went.</summary>
/// <param name="To">Who is owed it.</param>
/// <param name="Micro">Micro-units.</param>
/// <param name="Why">What for; this version knows <see cref="Work"/>.</param>
public sealed record ReceiptShare(PeerId To, ulong Micro, string Why)
{
    /// <summary>For accepted tasks.</summary>
    public const string Work = "work";
}
