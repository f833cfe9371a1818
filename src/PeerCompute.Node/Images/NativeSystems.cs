// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Images;

/// <summary>What native programs may run in on this node: images of its home and the host runtimes that its owner offers. Read anew at each question, as the
/// owner decides by a verb that needs no daemon.</summary>
/// <param name="store">The home's images.</param>
/// <param name="isolation">What the walls around native programs were found to be worth.</param>
/// <param name="device">The device for programs of others (true) or of its owner, once it is known: the card, or a processor; null: none.</param>
/// <param name="lends">Whether its owner lends that device now.</param>
internal sealed class NativeSystems(ImageStore store, NativeIsolation isolation, Func<bool, Device?> device, Func<Device, bool> lends)
{
    /// <summary>Most roots that the machine is told of; further images are as if they were not here.</summary>
    private const int OfferingsMost = 2048;

    /// <summary>Whether the owner lets images be fetched at all.</summary>
    public bool Fetches { get; init; }

    /// <summary>The processor as semantics ids name it.</summary>
    public static string Architecture { get; } = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Walls behind which programs run here at least.</summary>
    public NativeIsolation Isolation => isolation;

    /// <summary>Whether there is a device for GPU programs, and its owner lends it now.</summary>
    public bool LendsDevice => device(true) is { } found && lends(found);

    /// <summary>Everything that is here, ascending by id; nothing where native programs cannot be walled in.</summary>
    /// <exception cref="PeerComputeException">The store cannot be read.</exception>
    public ImmutableArray<NativeOffering> Offerings()
    {
        if (isolation == NativeIsolation.None) return [];
        var policy = store.Policy();
        var images = store.List().Select(image => (Root: image.Digest, Leave: Leave(policy.Judge(image))));
        var roots = policy.Runtimes.Where(static runtime => !NativeSemantics.IsGpuRuntime(runtime) && runtime != NativeSemantics.CardGrant)
            .Select(static runtime => (Root: runtime, Leave: NativeLeave.Allowed)).Concat(images).ToArray();
        var lent = device(true) is { } found && lends(found) ? found : null;
        var gpu = policy.Runtimes.Where(runtime => lent is not null && Runs(lent, runtime))
            .Select(runtime => Offering(runtime, "", NativeLeave.Allowed, lent?.Card is null ? "" : isolation.DeviceName()));
        var granted = lent?.Card is { } card && policy.Runtimes.Contains(NativeSemantics.CardGrant)
            ? roots.Select(root => Offering(root.Root, card.Maker, root.Leave, isolation.DeviceName())) : [];
        return
        [
            .. gpu.Concat(roots.Select(static root => Offering(root.Root, "", root.Leave, ""))).Concat(granted).OfType<NativeOffering>()
                .Take(OfferingsMost).OrderBy(static offering => offering.Semantics.ToString(), StringComparer.Ordinal),
        ];
    }

    private static NativeOffering? Offering(string root, string card, NativeLeave leave, string isolation)
        => NativeSemantics.Of(Architecture, root, card) is { } semantics ? new NativeOffering(semantics, leave) { Isolation = isolation } : null;

    /// <summary>Whether a device runs GPU programs of a runtime.</summary>
    private static bool Runs(Device device, string runtime) => runtime switch
    {
        NativeSemantics.OpenClRuntime => device is { Card: null } or { OpenClPlace: not null },
        NativeSemantics.CudaRuntime => device.Card is { Maker: "nvidia" },
        _ => false,
    };

    /// <summary>Whether images that are not here may be fetched: the owner has said of some that they may run, and there is room for any.</summary>
    /// <exception cref="PeerComputeException">The store cannot be read.</exception>
    public bool Seeks()
    {
        if (isolation == NativeIsolation.None || !Fetches) return false;
        var policy = store.Policy();
        return policy.Ask || !policy.Signers.IsEmpty || policy.Digests.Except(store.List().Select(static image => image.Digest)).Any();
    }

    /// <summary>What a program runs in.</summary>
    /// <param name="semantics">What its job asks for.</param>
    /// <param name="forOthers">Whether it runs for others; the owner's own jobs have a device that is not lent.</param>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.Refused"/>: it is not here, not allowed, or for another processor; says what to do. <see cref="ErrorCode.Unavailable"/>: its
    /// device is its owner's now.
    /// </exception>
    public NativeSystem Find(NativeSemantics semantics, bool forOthers)
    {
        if (isolation == NativeIsolation.None)
            throw Refused("this node runs no native programs: 'peercompute doctor --walls' says which walls are missing; a light node runs none");
        if (semantics.Architecture != Architecture) throw Refused($"the program is for {semantics.Architecture}, the processor of this node is {Architecture}");
        if (semantics.IsImage)
        {
            var image = store.List().FirstOrDefault(image => image.Digest == semantics.Root)
                ?? throw Refused($"image {semantics.Root} is not on this node: 'peercompute image import' brings it");
            return WithCard(store.SystemOf(image), semantics, forOthers);
        }

        if (store.Policy().Runtimes.Contains(semantics.Root))
        {
            if (!semantics.IsGpuProgram) return WithCard(NativeSystem.OfHost, semantics, forOthers);
            if (device(forOthers) is not { } found || !Runs(found, semantics.Root))
                throw Refused("this node has no device that such GPU programs may use: 'peercompute devices' lists what it has");
            return new NativeSystem { Device = Lent(found, forOthers) };
        }

        throw Refused($"this node does not offer host runtime {semantics.Root}: its owner can, with 'peercompute image offer {semantics.Root}'");
    }

    private NativeSystem WithCard(NativeSystem system, NativeSemantics semantics, bool forOthers)
    {
        if (semantics.Card.Length == 0) return system;
        if (device(forOthers) is not { Card: { } at } card || at.Maker != semantics.Card || !store.Policy().Runtimes.Contains(NativeSemantics.CardGrant))
            throw Refused($"this node grants no card of {semantics.Card}: 'peercompute image offer {NativeSemantics.CardGrant}' does, where it has one");
        return system with { Card = Lent(card, forOthers) };
    }

    private Device Lent(Device device, bool forOthers) => !forOthers || lends(device) ? device
        : throw new PeerComputeException(ErrorCode.Unavailable, "the device of this node is its owner's at the moment");

    /// <summary>Whether the owner offers to run GPU programs, or to grant a card; a policy that cannot be read offers nothing.</summary>
    public bool OffersGpu
    {
        get
        {
            try
            {
                return isolation != NativeIsolation.None
                    && store.Policy().Runtimes.Any(static runtime => NativeSemantics.IsGpuRuntime(runtime) || runtime == NativeSemantics.CardGrant);
            }
            catch (PeerComputeException)
            {
                return false;
            }
        }
    }

    /// <summary>The digest of an image that a client names.</summary>
    /// <param name="reference">A digest, which need not be here, or the name of an image that is.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: there is none of the name.</exception>
    public string Resolve(string reference) => NativeSemantics.IsDigest(reference) ? reference : store.Find(reference).Digest;

    private static NativeLeave Leave(ImageAnswer answer) => answer switch
    {
        ImageAnswer.Allowed => NativeLeave.Allowed,
        ImageAnswer.Ask => NativeLeave.Ask,
        _ => NativeLeave.Refused,
    };

    private static PeerComputeException Refused(string why) => new(ErrorCode.Refused, why);
}
