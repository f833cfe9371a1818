// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Market.Bids;

/// <summary>Whether a worker can and may run the kind of program that an offer is about: engine or root, processor, walls.</summary>
public static class ProgramPolicy
{
    private const string LeastNative = "native-degraded";

    /// <summary>Decides.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="capacity">What is lent.</param>
    /// <returns>Null where it runs here, else the reason and a text for people.</returns>
    public static (DeclineReason Reason, string Detail)? Decide(Offer offer, Capacity capacity)
    {
        if (NativeSemantics.Is(offer.Semantics))
            return NativeSemantics.TryParse(offer.Semantics) is { } native ? Native(offer, native, capacity) : (DeclineReason.Semantics, "no such semantics");
        if (offer.Semantics != capacity.Semantics) return (DeclineReason.Semantics, $"this worker runs {capacity.Semantics}");
        return IsolationRank.Of(capacity.Isolation) >= IsolationRank.Needed(offer.Isolation) ? null : Walls(capacity.Isolation, offer.Isolation);
    }

    /// <summary>Whether an owner was to be asked, which takes a while: no more than a hint that this is why an offer was declined.</summary>
    /// <param name="semantics">The offer's semantics id.</param>
    /// <param name="capacity">What is lent.</param>
    /// <returns>True where it waits for the owner's word alone.</returns>
    public static bool Asks(string semantics, Capacity capacity)
        => NativeSemantics.TryParse(semantics) is { } native && Leave(native, capacity) == NativeLeave.Ask;

    private static (DeclineReason, string)? Native(Offer offer, NativeSemantics native, Capacity capacity)
    {
        if (native.Architecture != capacity.Architecture)
            return (DeclineReason.Semantics, $"the program is for {native.Architecture}, this worker's processor is {capacity.Architecture}");
        var least = offer.Isolation.Length == 0 ? LeastNative : offer.Isolation;
        if (IsolationRank.Of(capacity.NativeIsolation) < Math.Max(IsolationRank.Of(LeastNative), IsolationRank.Needed(least)))
            return Walls(capacity.NativeIsolation, least);
        if (offer.Limits.Cores > capacity.Cores) return (DeclineReason.Limits, $"a task wants {offer.Limits.Cores} cores, this worker has {capacity.Cores}");
        var what = native.IsImage ? $"image {native.Root}" : $"host runtime {native.Root}";
        return Leave(native, capacity) switch
        {
            NativeLeave.Allowed => null,
            NativeLeave.Ask => (DeclineReason.Busy, $"its owner is asked whether {what} may run"),
            NativeLeave.Refused => (DeclineReason.Policy, $"its owner has not allowed {what}"),
            _ when native.IsImage && capacity.SeeksImages => (DeclineReason.Fetching, $"it does not have {what} yet, and sees whether it may fetch it"),
            _ when native.IsImage => (DeclineReason.Semantics, $"this worker does not have {what}: its owner can import and allow it"),
            _ => (DeclineReason.Semantics, $"this worker does not offer {what}; it offers {Offered(capacity)}"),
        };
    }

    private static NativeLeave? Leave(NativeSemantics native, Capacity capacity)
    {
        foreach (var offering in capacity.Natives)
        {
            if (offering.Semantics == native) return offering.Leave;
        }

        return null;
    }

    private static (DeclineReason, string) Walls(string has, string needed)
        => (DeclineReason.Policy, $"its isolation class is {has}, the job needs {needed}");

    private static string Offered(Capacity capacity)
    {
        var names = "";
        foreach (var offering in capacity.Natives)
        {
            if (offering.Semantics.IsImage || offering.Leave != NativeLeave.Allowed) continue;
            if (names.Length > 0) names += ", ";
            if (names.Length > 100) return names + "and others";
            names += offering.Semantics.Root;
        }

        return names.Length == 0 ? "none" : names;
    }
}
