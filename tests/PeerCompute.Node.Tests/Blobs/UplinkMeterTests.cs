// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Node.Blobs;

namespace PeerCompute.Node.Tests.Blobs;

[TestFixture]
internal sealed class UplinkMeterTests
{
    private const long Bytes = 2 * UplinkMeter.BytesLeast;

    private readonly List<ulong> _told = [];

    [Test]
    public void The_fastest_counts_and_is_told_when_it_changes_by_a_quarter()
    {
        var meter = new UplinkMeter(_told.Add);
        meter.Sent(UplinkMeter.BytesLeast - 1, TimeSpan.FromMicroseconds(1)); // fits into buffers
        meter.Sent(Bytes, TimeSpan.Zero);
        Assert.That(_told, Is.Empty);
        meter.Sent(Bytes, TimeSpan.FromSeconds(1));
        meter.Sent(Bytes, TimeSpan.FromSeconds(100)); // a slow peer
        meter.Sent(Bytes, TimeSpan.FromSeconds(0.9));
        Assert.That(_told, Is.EqualTo(new[] { (ulong)Bytes }));
        meter.Sent(Bytes, TimeSpan.FromSeconds(0.5));
        Assert.That(_told[^1], Is.EqualTo(2 * (ulong)Bytes));
        for (var i = 0; i < 20; i++) meter.Sent(Bytes, TimeSpan.FromSeconds(4));
        Assert.That(_told[^1], Is.LessThan((ulong)Bytes / 2), "a line that became slower is found so");
        Assert.That(_told, Has.Count.LessThan(12));
    }
}
