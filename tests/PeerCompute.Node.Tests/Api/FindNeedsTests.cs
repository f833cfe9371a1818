// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Api;
using PeerCompute.Node.Tests.Shells;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Tests.Api;

/// <summary>What a program may ask the market service for.</summary>
[TestFixture]
internal sealed class FindNeedsTests
{
    [Test]
    public void Nothing_asked_is_nothing_needed()
    {
        var (needs, wanted) = FindNeeds.Of(new FindRequest());
        Assert.That((needs.Runtime, needs.Device, needs.PriceCeilingMicro, wanted), Is.EqualTo(("", (DeviceKind?)null, ulong.MaxValue, 256)));
    }

    [Test]
    public void Memory_of_a_device_without_a_kind_is_a_GPUs()
    {
        Assert.That(FindNeeds.Of(new FindRequest { DeviceMemoryBytes = 1 }).Needs.Device, Is.EqualTo(DeviceKind.Gpu));
        Assert.That(FindNeeds.Of(new FindRequest { DeviceMemoryBytes = 1, Device = "accelerator" }).Needs.Device, Is.EqualTo(DeviceKind.Accelerator));
    }

    [Test]
    public void A_price_of_nothing_is_a_ceiling_too()
        => Assert.That(FindNeeds.Of(new FindRequest { PriceCeiling = 0 }).Needs.PriceCeilingMicro, Is.Zero);

    [Test]
    public void What_is_out_of_range_is_named()
    {
        Refused(new FindRequest { Runtime = new string('x', 65) }, "runtime");
        Refused(new FindRequest { Device = "cpu" }, "device");
        Refused(
            new FindRequest { Isolation = "strong" },
            "isolation is \"strong\": write one of none, wasm-process, wasm-seccomp, wasm-strict, native-degraded, native-strict");
        Refused(new FindRequest { Regions = { 0 } }, "regions");
        Refused(new FindRequest { Regions = { 1000 } }, "regions");
        Refused(new FindRequest { Regions = { Enumerable.Repeat(1U, 17) } }, "regions");
        Refused(new FindRequest { PriceCeiling = ulong.MaxValue }, "price_ceiling");
        Refused(new FindRequest { Limit = 257 }, "limit");
    }

    [Test]
    public async Task Only_a_job_of_this_node_can_be_explained()
    {
        await using var node = await TestNode.StartAsync(light: true);
        foreach (var (bytes, code) in ((int, ErrorCode)[])[(31, ErrorCode.BadInput), (32, ErrorCode.NotFound)])
        {
            var request = new ExplainJobRequest { JobId = Google.Protobuf.ByteString.CopyFrom(new byte[bytes]) };
            var refused = Assert.ThrowsAsync<PeerComputeException>(() => node.Shell.Market.ExplainJob(request, new FakeCall()));
            Assert.That(refused!.Code, Is.EqualTo(code));
        }
    }

    private static void Refused(FindRequest request, string words)
    {
        var refused = Assert.Throws<PeerComputeException>(() => FindNeeds.Of(request));
        Assert.That((refused!.Code, refused.Message), Is.EqualTo((ErrorCode.BadInput, refused.Message)));
        Assert.That(refused.Message, Does.StartWith(words));
    }
}
