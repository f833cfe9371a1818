// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Offers;

/// <summary>One job looking for workers: only what eligibility and price need. Signed by the issuer; the header's context is the job id.</summary>
public sealed record Offer
{
    /// <summary>Common header.</summary>
    public required Header Header { get; init; }

    /// <summary>Who pays.</summary>
    public required PeerId Issuer { get; init; }

    /// <summary>Who goes on when the client leaves.</summary>
    public required PeerId Steward { get; init; }

    /// <summary>Salted hash of the job's spec.</summary>
    public required Hash32 SpecHash { get; init; }

    /// <summary>Topic class, for example <c>wasm</c>.</summary>
    public required string Class { get; init; }

    /// <summary>Semantics id, what the program means: of the WebAssembly engine, or a <see cref="NativeSemantics"/>.</summary>
    public required string Semantics { get; init; }

    /// <summary>Tasks of the job, 1 to <see cref="WireLimits.TasksPerJob"/>.</summary>
    public required uint Tasks { get; init; }

    /// <summary>Bounds on each task.</summary>
    public required TaskLimits Limits { get; init; }

    /// <summary>Size of the module in bytes; 1 for a native program, which has none.</summary>
    public required ulong ModuleBytes { get; init; }

    /// <summary>Size of all inputs in bytes.</summary>
    public required ulong InputBytes { get; init; }

    /// <summary>When the job must be done, Unix milliseconds.</summary>
    public required ulong DeadlineMs { get; init; }

    /// <summary>Until when bids are taken, Unix milliseconds.</summary>
    public required ulong BidEndMs { get; init; }

    /// <summary>Most the issuer pays for one task, micro-units.</summary>
    public required ulong PriceCeilingMicro { get; init; }

    /// <summary>How results are confirmed.</summary>
    public required VerificationTerms Verification { get; init; }

    /// <summary>Unit of account and settlement; its price is 0 here.</summary>
    public required PriceTerms Price { get; init; }

    /// <summary>How the job is spread.</summary>
    public required PlacementTerms Placement { get; init; }

    /// <summary>Peers that pass bids on to an issuer that cannot be dialled; at most <see cref="ViaMost"/>.</summary>
    public ImmutableArray<Contact> Via { get; init; } = [];

    /// <summary>X25519 key for bids, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> SealingKey { get; init; }

    /// <summary>Share of peers that may bid at once, millionths.</summary>
    public required uint ReachStartPpm { get; init; }

    /// <summary>The share doubles every so many milliseconds.</summary>
    public required uint ReachDoubleMs { get; init; }

    /// <summary>Isolation class that a worker must have at least; empty: any that runs the program.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Most via peers.</summary>
    public const int ViaMost = 4;

    /// <summary>Id of an offer: hash of its signed body.</summary>
    /// <param name="envelope">The signed offer.</param>
    /// <returns>The id.</returns>
    public static Hash32 IdOf(SignedEnvelope envelope) =>
        new HashBuilder("peercompute/1/offer-id").Add(envelope.Signer.ToBytes()).Add(envelope.Payload.Span).Hash();

    /// <summary>Reads an offer.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.OfferBytes"/>.</param>
    /// <returns>The offer.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Offer Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Offer.Parser, bytes, WireLimits.OfferBytes, "offer");
        return new Offer
        {
            Header = Header.From(m.Header),
            Issuer = Canonical.Peer(m.Issuer, "issuer"),
            Steward = Canonical.Peer(m.Steward, "steward"),
            SpecHash = Canonical.Hash(m.SpecHash, "spec_hash"),
            Class = Canonical.Text(m.Class, WireLimits.NameBytes, "class"),
            Semantics = NativeSemantics.Checked(m.Semantics, "semantics"),
            Tasks = (uint)Canonical.Within(m.Tasks, 1, WireLimits.TasksPerJob, "tasks"),
            Limits = TaskLimits.From(m.Limits, NativeSemantics.Is(m.Semantics)),
            ModuleBytes = Canonical.Within(m.ModuleBytes, 1, WireLimits.BlobBytes, "module_bytes"),
            InputBytes = Canonical.Within(m.InputBytes, 0, WireLimits.BlobBytes * WireLimits.SpecItems, "input_bytes"),
            DeadlineMs = Canonical.Within(m.DeadlineMs, 1, long.MaxValue, "deadline_ms"),
            BidEndMs = Canonical.Within(m.BidEndMs, 1, long.MaxValue, "bid_end_ms"),
            PriceCeilingMicro = Canonical.Within(m.PriceCeilingMicro, 0, WireLimits.PriceMicro, "price_ceiling_micro"),
            Verification = VerificationTerms.From(m.Verification),
            Price = PriceTerms.From(m.Price),
            Placement = PlacementTerms.From(m.Placement),
            SealingKey = SealingKeys.From(m.SealingKey),
            ReachStartPpm = (uint)Canonical.Within(m.ReachStartPpm, 1, 1_000_000, "reach_start_ppm"),
            ReachDoubleMs = (uint)Canonical.Within(m.ReachDoubleMs, 1, uint.MaxValue, "reach_double_ms"),
            Via = Canonical.List(m.Via, ViaMost, "via", Contact.From),
            Isolation = Canonical.Text(m.Isolation, WireLimits.LabelBytes, "isolation"),
        };
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode()
    {
        var m = new V1.Offer
        {
            Header = Header.ToProto(),
            Issuer = Canonical.Bytes(Issuer),
            Steward = Canonical.Bytes(Steward),
            SpecHash = Canonical.Bytes(SpecHash),
            Class = Class,
            Semantics = Semantics,
            Tasks = Tasks,
            Limits = Limits.ToProto(),
            ModuleBytes = ModuleBytes,
            InputBytes = InputBytes,
            DeadlineMs = DeadlineMs,
            BidEndMs = BidEndMs,
            PriceCeilingMicro = PriceCeilingMicro,
            Verification = Verification.ToProto(),
            Price = Price.ToProto(),
            Placement = Placement.ToProto(),
            SealingKey = Canonical.Bytes(SealingKey),
            ReachStartPpm = ReachStartPpm,
            ReachDoubleMs = ReachDoubleMs,
            Isolation = Isolation,
        };
        foreach (var via in Via) m.Via.Add(via.ToProto());
        return m.ToByteArray();
    }
}
