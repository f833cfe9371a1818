// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>What a run counts.</summary>
internal sealed class Counters
{
    public long Events { get; set; }

    public long Said { get; set; }

    public long Delivered { get; set; }

    public long Refused { get; set; }

    public long MessageBytes { get; set; }

    public long BlobBytes { get; set; }

    public long Kept { get; set; }

    public long Crashes { get; set; }

    public long Violations { get; set; }
}
