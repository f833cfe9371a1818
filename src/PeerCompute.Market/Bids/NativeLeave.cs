// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Bids;

/// <summary>What an owner says of a root file system for native programs.</summary>
public enum NativeLeave
{
    /// <summary>Its programs may run.</summary>
    Allowed = 1,

    /// <summary>The owner wants to be asked first.</summary>
    Ask = 2,

    /// <summary>Nobody allowed it.</summary>
    Refused = 3,
}
