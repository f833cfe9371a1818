// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Leases;

/// <summary>How an entry stands to the chains that are held.</summary>
public enum LinkKind
{
    /// <summary>It extends its signer's chain.</summary>
    Links,

    /// <summary>It is held already.</summary>
    Known,

    /// <summary>Something before it is missing: ask for it.</summary>
    Gap,

    /// <summary>Another entry is held in its place. Proves nothing by itself: see <see cref="LeaseChains.Equivocates"/>.</summary>
    Fork,

    /// <summary>It breaks a rule.</summary>
    Refused,
}

/// <summary>The finding on one entry.</summary>
/// <param name="Kind">How it stands.</param>
/// <param name="Reason">For people, where refused.</param>
public readonly record struct LinkResult(LinkKind Kind, string Reason = "");
