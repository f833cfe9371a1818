// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Faults;

/// <summary>What the faults at hand do to one node. Changes between windows of lanes only, so others may read it.</summary>
internal sealed class Trouble
{
    /// <summary>All that it does takes so many times as long.</summary>
    public long Slower { get; set; } = 1;

    /// <summary>Journal writes take so many times as long, beyond <see cref="Slower"/>.</summary>
    public long DiskSlower { get; set; } = 1;

    public int LossPpm { get; set; }

    public int DuplicatePpm { get; set; }

    public long JitterMicros { get; set; }

    /// <summary>What goes to or from it comes no sooner.</summary>
    public long ClogUntil { get; set; }
}
