// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Images;

/// <summary>What an owner's word about cards offers, and in which isolation class.</summary>
internal sealed class NativeSystemsTests
{
    private static readonly Device Card = new(DeviceKind.Gpu, "card") { Card = new CardAddress("nvidia"), OpenClPlace = new DevicePlace(0, 0) };
    private static readonly Device Processor = new(DeviceKind.Cpu, "pocl") { OpenClPlace = new DevicePlace(0, 0) };

    private readonly List<Device> _lent = [];
    private TempFolder _folder = null!;
    private ImageStore _images = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _images = new ImageStore(_folder["images"]);
        _images.Decide(static policy => policy.Offer("debian-12@12.11").Offer(NativeSemantics.OpenClRuntime));
        _lent.Clear();
        _lent.AddRange([Card, Processor]);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void A_card_is_granted_to_what_its_owner_says_and_is_a_class_of_its_own()
    {
        Assert.That(Offered(Processor), Is.EqualTo(new[] { "debian-12@12.11", "opencl@1" }));
        Assert.That(Offered(Card), Is.EqualTo(new[] { "debian-12@12.11", "opencl@1 device-strict" }), "a word about OpenCL is none about others");
        _images.Decide(static policy => policy.Offer(NativeSemantics.CardGrant).Offer(NativeSemantics.CudaRuntime));
        Assert.That(Offered(Card), Is.EqualTo(
            new[] { "+nvidia/debian-12@12.11 device-strict", "cuda@1 device-strict", "debian-12@12.11", "opencl@1 device-strict" }));
        Assert.That(Offered(Processor), Is.EqualTo(new[] { "debian-12@12.11", "opencl@1" }));
        _lent.Remove(Card); // drained, or its owner uses it
        Assert.That(Offered(Card), Is.EqualTo(new[] { "debian-12@12.11" }));
    }

    [Test]
    public void What_is_granted_is_found_and_nothing_else()
    {
        Assert.That(() => Find("debian-12@12.11", "nvidia"), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("grants no card of nvidia"));
        _images.Decide(static policy => policy.Offer(NativeSemantics.CardGrant).Offer(NativeSemantics.CudaRuntime));
        Assert.That(Find("debian-12@12.11", "nvidia").Card, Is.EqualTo(Card));
        Assert.That(Find("debian-12@12.11", "").Card, Is.Null);
        Assert.That(Find(NativeSemantics.CudaRuntime, "").Device, Is.EqualTo(Card));
        Assert.That(() => Find("debian-12@12.11", "amd"), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("grants no card of amd"));
        _lent.Remove(Card);
        Assert.That(() => Find("debian-12@12.11", "nvidia"), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("owner's at the moment"));
        Assert.That(() => _images.Decide(static policy => policy.Offer("cuda@2")), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("cuda@1"));
    }

    private NativeSystem Find(string root, string card)
        => Systems(Card).Find(NativeSemantics.Of(NativeSystems.Architecture, root, card)!, forOthers: true);

    private NativeSystems Systems(Device device) => new(_images, NativeIsolation.Strict, _ => device, _lent.Contains);

    private string[] Offered(Device device) =>
    [
        .. Systems(device).Offerings()
            .Select(static o => $"{(o.Semantics.Card.Length > 0 ? $"+{o.Semantics.Card}/" : "")}{o.Semantics.Root} {o.Isolation}".TrimEnd())
            .Order(StringComparer.Ordinal),
    ];
}
