// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Views;

/// <summary>The node among its peers.</summary>
/// <param name="Connected">Connected peers.</param>
/// <param name="Contacts">Servers in the routing table of the DHT.</param>
/// <param name="ProviderRecords">Provider records held for others.</param>
/// <param name="Buckets">Capability buckets that this node stands in.</param>
/// <param name="Mesh">Peers in the gossip mesh of offers.</param>
/// <param name="Adverts">Adverts held.</param>
/// <param name="Remembered">Peers remembered for the next life.</param>
public sealed record MeshView(int Connected, int Contacts, int ProviderRecords, int Buckets, int Mesh, int Adverts, int Remembered);
