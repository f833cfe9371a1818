// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Gossip;

/// <summary>What the application says of a message (gossipsub v1.1, "Extended Validators").</summary>
public enum GossipVerdict
{
    /// <summary>Goes on to the mesh.</summary>
    Accept,

    /// <summary>Must never have been sent: goes nowhere, and who sent it is scored down.</summary>
    Reject,

    /// <summary>Goes nowhere, and nobody is blamed: for example stale.</summary>
    Ignore,
}
