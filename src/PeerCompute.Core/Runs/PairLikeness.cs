// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Runs;

/// <summary>Whether two outputs are alike by a spec's comparators.</summary>
public enum PairLikeness
{
    /// <summary>This node could not find out: nothing is said against either.</summary>
    Unclear,

    /// <summary>They are.</summary>
    Alike,

    /// <summary>They differ by more than the comparators allow.</summary>
    Different,
}
