// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Overlays;

/// <summary>A world of one protocol alone.</summary>
/// <param name="Nodes">How many.</param>
/// <param name="Gossip">Its routers, or null.</param>
/// <param name="Dht">Its DHT, or null; exactly one of both is there.</param>
internal sealed record OverlayPlan(int Nodes, GossipPlan? Gossip, DhtPlan? Dht);
