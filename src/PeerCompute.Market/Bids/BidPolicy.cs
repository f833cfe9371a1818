// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Market.Bids;

/// <summary>Whether a worker bids on an offer, and if not, what would have to change.</summary>
public static class BidPolicy
{
    /// <summary>An offer's or bid's time may lie ahead of ours by this much, milliseconds: nothing is signed in the future.</summary>
    /// <remarks>How old it is says nothing about clocks: an offer is said again as long as its job lives.</remarks>
    public const long SkewMs = 120_000;

    /// <summary>Checkpoints of one lease may take one part in so many of the up-link: outputs and other leases need it too.</summary>
    public const ulong UplinkShare = 2;

    /// <summary>Decides.</summary>
    /// <param name="offer">The offer; its signature is good.</param>
    /// <param name="capacity">What is lent.</param>
    /// <param name="nowMs">Own wall clock, Unix milliseconds.</param>
    /// <returns>Null to bid, else the reason and a text for people.</returns>
    public static (DeclineReason Reason, string Detail)? Decide(Offer offer, Capacity capacity, long nowMs)
    {
        if (!capacity.TakesWork) return (DeclineReason.Policy, "this node takes no work from others");
        if (capacity.Away.Length > 0) return (DeclineReason.Busy, capacity.Away);
        if (capacity.ClockErrorMs > capacity.ClockErrorMsMost) return (DeclineReason.Clock, "this worker's own clock is off");
        if (offer.Header.Rules != Rules.Hash) return (DeclineReason.Terms, "other rules than this version's");
        var program = ProgramPolicy.Decide(offer, capacity);
        if (program is { Reason: not DeclineReason.Fetching }) return program;
        var ahead = (long)offer.Header.TimeMs - nowMs;
        if (ahead > SkewMs) return (DeclineReason.Clock, $"the offer's clock is {ahead / 1000} s ahead of this worker's; set both by NTP");
        if ((long)offer.BidEndMs <= nowMs) return (DeclineReason.Expired, "the offer takes no bids any more");
        if ((long)offer.DeadlineMs <= nowMs) return (DeclineReason.Deadline, "the deadline has passed");
        if (offer.Limits.AllMemoryBytes > capacity.MemoryBytes) return (DeclineReason.Memory, $"a task may use {capacity.MemoryBytes >> 20} MiB here");
        if (offer.Limits.Fuel > capacity.FuelMost) return (DeclineReason.Limits, $"a task may use {capacity.FuelMost} fuel here");
        if (offer.Limits.WallMs > capacity.WallMsMost) return (DeclineReason.Limits, $"a task may take {capacity.WallMsMost / 1000} s here");
        if (!Fits(offer, capacity.RoomBytes))
            return (DeclineReason.Limits, $"module, inputs and the output of one task must fit into {capacity.RoomBytes >> 20} MiB of blobs here");
        if (Uploads(offer.Limits) is var upload && capacity.UplinkBytes > 0 && upload > capacity.UplinkBytes / UplinkShare)
        {
            var what = $"checkpoints of up to {offer.Limits.CheckpointBytes} bytes every {offer.Limits.CheckpointEveryMs / 1000} s";
            var half = capacity.UplinkBytes / UplinkShare;
            const string remedy = "raise checkpoint.every, or lower checkpoint.max";
            return (DeclineReason.Limits, $"{what} are {upload} bytes a second, half of the up-link here is {half}; {remedy}");
        }

        if (offer.PriceCeilingMicro < capacity.PerTaskMicro) return (DeclineReason.Price, $"a task costs {capacity.PerTaskMicro} micro-units here");
        return program; // an image is fetched for the sake of an offer that fits otherwise only
    }

    /// <summary>Bytes a second of checkpoints that are all new each time.</summary>
    private static ulong Uploads(TaskLimits limits)
        => limits.CheckpointBytes == 0 ? 0 : Math.Max(1, limits.CheckpointBytes * 1000 / limits.CheckpointEveryMs);

    private static bool Fits(Offer offer, ulong room)
    {
        foreach (var bytes in (ReadOnlySpan<ulong>)[offer.ModuleBytes, offer.InputBytes, offer.Limits.OutputBytes, 2 * offer.Limits.CheckpointBytes])
        {
            if (bytes > room) return false;
            room -= bytes;
        }

        return true;
    }
}
