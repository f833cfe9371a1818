// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Tests.Common;

internal sealed class NativeSemanticsTests
{
    [TestCase("native-1/x64/debian-12@12.11", "x64", "", "debian-12@12.11")]
    [TestCase("native-1/x64+nvidia/debian-12@12.11", "x64", "nvidia", "debian-12@12.11")]
    [TestCase("native-1/arm64+amd/a@1", "arm64", "amd", "a@1")]
    public void An_id_has_a_processor_a_card_and_a_root(string id, string architecture, string card, string root)
    {
        var native = NativeSemantics.TryParse(id)!;
        Assert.That((native.Architecture, native.Card, native.Root, native.ToString()), Is.EqualTo((architecture, card, root, id)));
        Assert.That(native, Is.EqualTo(NativeSemantics.Of(architecture, root, card)));
        Assert.That(native.UsesDevice, Is.EqualTo(card.Length > 0));
    }

    [TestCase("native-1/x64+/a@1")]
    [TestCase("native-1/+nvidia/a@1")]
    [TestCase("native-1/x64+NVIDIA/a@1")]
    [TestCase("native-1/x64+nvidia+amd/a@1")]
    [TestCase("native-1/x64+matrox/a@1")]
    [TestCase("native-1/x64+nvidia/opencl@1")]
    [TestCase("native-1/x64+nvidia/cuda@1")]
    [TestCase("native-1/+/a@1")]
    public void What_is_no_card_is_no_id(string id) => Assert.That(NativeSemantics.TryParse(id), Is.Null);

    [TestCase("opencl@1", true)]
    [TestCase("cuda@1", true)]
    [TestCase("cuda@2", false)]
    public void GPU_programs_have_the_device_without_naming_a_card(string root, bool uses)
        => Assert.That(NativeSemantics.Of("x64", root)!.UsesDevice, Is.EqualTo(uses));
}
