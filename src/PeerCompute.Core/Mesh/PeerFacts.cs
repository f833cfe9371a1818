// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Mesh;

/// <summary>What a connected peer said of itself, and what the connection shows.</summary>
/// <param name="Addresses">Where it listens, as it says.</param>
/// <param name="Dialled">The address at which we dialled it; null when it dialled us.</param>
/// <param name="KadServer">Whether it answers in our DHT.</param>
/// <param name="Network">Its network; null where it is no node of ours.</param>
public sealed record PeerFacts(ImmutableArray<Multiaddr> Addresses, Multiaddr? Dialled, bool KadServer, NetworkId? Network);
