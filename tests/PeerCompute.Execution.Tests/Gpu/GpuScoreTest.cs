// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Benchmarks;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>Scores of devices: measured once, kept for a week, and none for a device that is not what it says.</summary>
[TestFixture]
internal sealed class GpuScoreTest : GpuFixture
{
    [Test]
    public async Task A_device_gets_a_score_that_is_kept()
    {
        string home = Directory.CreateTempSubdirectory("score").FullName;
        try
        {
            var kept = new HostBenchmarks(home, "1", TimeProvider.System);
            IReadOnlyList<Benchmark> figures = await GpuAsync(kept, Device);
            Assert.That(figures.Select(static f => (f.Name, f.Unit)), Is.EqualTo(new[]
            {
                (Benchmark.GpuLinkFrom, Benchmark.BytePerSecond), (Benchmark.GpuLinkTo, Benchmark.BytePerSecond),
                (Benchmark.GpuProduct, Benchmark.FlopPerSecond), (Benchmark.GpuTriad, Benchmark.BytePerSecond),
            }));
            Assert.That(figures.Select(static f => f.Value), Is.All.GreaterThan(1_000_000), "figures of something that ran");
            Device gone = Device with { OpenClName = "no such device" };
            Assert.That(await GpuAsync(kept, gone), Is.EqualTo(figures), "kept, not measured");
            var fault = Assert.ThrowsAsync<PeerComputeException>(() => GpuAsync(kept, gone with { Driver = "another" }));
            Assert.That(fault!.Code, Is.EqualTo(ErrorCode.Host));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }

        static Task<IReadOnlyList<Benchmark>> GpuAsync(HostBenchmarks kept, Device device)
            => kept.GpuAsync(device, () => HostBenchmarks.MeasureAsync(Score, device, CancellationToken.None));
    }

    [Test]
    public void A_claim_of_more_memory_than_there_is_has_no_score()
    {
        // The memory of a processor is what the walls leave to the child.
        var fault = Assert.ThrowsAsync<PeerComputeException>(() => Score.TriadAsync(Device, 1 << 27, 512L << 20, CancellationToken.None));
        Assert.That(fault!.Message, Does.Contain("has no score").And.Contains("memory"));
    }

    [TestCase(DeviceKind.Cpu, 1L << 36, 16u << 20)]
    [TestCase(DeviceKind.Gpu, 0, 1u << 20)]
    [TestCase(DeviceKind.Gpu, 12L << 30, 805_306_368u)]
    [TestCase(DeviceKind.Gpu, 80L << 30, 1u << 31)]
    public void Vectors_fill_most_of_a_cards_memory(DeviceKind kind, long bytes, uint items)
        => Assert.That(GpuScore.Items(Device with { Kind = kind, MemoryBytes = bytes }), Is.EqualTo(items));

    [TestCase(0, 20_000u)]
    [TestCase(100, 2001u)]
    [TestCase(50_000, 5u)]
    [TestCase(long.MaxValue, 3u)]
    public void Rounds_take_long_enough_and_not_for_ever(long micros, uint rounds) => Assert.That(GpuScore.Rounds(micros), Is.EqualTo(rounds));
}
