// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Kademlia;

/// <summary>The rules of records whose keys start with <c>/Name/</c>.</summary>
/// <param name="Name">Name of the namespace.</param>
/// <param name="IsValid">Whether a value may stand under a key; pure, and safe for a stranger's bytes.</param>
/// <param name="IsBetter">Whether the first value replaces the second; pure.</param>
public sealed record KadNamespace(string Name, Func<KadRecord, bool> IsValid, Func<KadRecord, KadRecord, bool> IsBetter);
