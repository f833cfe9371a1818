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

    /// <summary>The isolation class that a program would run in here.</summary>
    /// <param name="semantics">The offer's semantics id.</param>
    /// <param name="capacity">What is lent.</param>
    /// <returns>The class.</returns>
    public static string ClassOf(string semantics, Capacity capacity)
    {
        if (!NativeSemantics.Is(semantics)) return capacity.Isolation;
        return NativeSemantics.TryParse(semantics) is { } native && Offering(native, capacity) is { Isolation.Length: > 0 } granted
            ? granted.Isolation : capacity.NativeIsolation;
    }

    private static (DeclineReason, string)? Native(Offer offer, NativeSemantics native, Capacity capacity)
    {
        if (native.Architecture != capacity.Architecture)
            return (DeclineReason.Semantics, $"the program is for {native.Architecture}, this worker's processor is {capacity.Architecture}");
        var has = ClassOf(offer.Semantics, capacity);
        if (IsolationRank.Of(has) < IsolationRank.Of(LeastNative) || !IsolationRank.Meets(has, offer.Isolation))
            return Walls(has, offer.Isolation.Length == 0 ? LeastNative : offer.Isolation);
        if (offer.Limits.Cores > capacity.Cores) return (DeclineReason.Limits, $"a task wants {offer.Limits.Cores} cores, this worker has {capacity.Cores}");
        var what = native.IsImage ? $"image {native.Root}" : $"host runtime {native.Root}";
        return Leave(native, capacity) switch
        {
            NativeLeave.Allowed => null,
            NativeLeave.Ask => (DeclineReason.Busy, $"its owner is asked whether {what} may run"),
            NativeLeave.Refused => (DeclineReason.Policy, $"its owner has not allowed {what}"),
            _ when native.Card.Length > 0 && !Grants(native.Card, capacity)
                => (DeclineReason.Policy, $"it grants no card of {native.Card}: its owner can, with 'peercompute image offer {NativeSemantics.CardGrant}'"),
            _ when native.IsImage && capacity.SeeksImages => (DeclineReason.Fetching, $"it does not have {what} yet, and sees whether it may fetch it"),
            _ when native.IsImage => (DeclineReason.Semantics, $"this worker does not have {what}: its owner can import and allow it"),
            _ => (DeclineReason.Semantics, $"this worker does not offer {what}; it offers {Offered(capacity)}"),
        };
    }

    private static NativeLeave? Leave(NativeSemantics native, Capacity capacity) => Offering(native, capacity)?.Leave;

    private static NativeOffering? Offering(NativeSemantics native, Capacity capacity)
    {
        foreach (var offering in capacity.Natives)
        {
            if (offering.Semantics == native) return offering;
        }

        return null;
    }

    /// <summary>Whether any program is granted such a card.</summary>
    private static bool Grants(string card, Capacity capacity)
    {
        foreach (var offering in capacity.Natives)
        {
            if (offering.Semantics.Card == card) return true;
        }

        return false;
    }

    private static (DeclineReason, string) Walls(string has, string needed)
        => (DeclineReason.Policy, $"its isolation class is {has}, the job needs {needed}");

    private static string Offered(Capacity capacity)
    {
        var names = "";
        foreach (var offering in capacity.Natives)
        {
            if (offering.Semantics.IsImage || offering.Semantics.Card.Length > 0 || offering.Leave != NativeLeave.Allowed) continue;
            if (names.Length > 0) names += ", ";
            if (names.Length > 100) return names + "and others";
            names += offering.Semantics.Root;
        }

        return names.Length == 0 ? "none" : names;
    }
}
