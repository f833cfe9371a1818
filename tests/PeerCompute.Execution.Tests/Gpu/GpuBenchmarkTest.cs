// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Execution.Gpu;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>The benchmark's results are checked: right ones pass, wrong ones do not.</summary>
[TestFixture]
internal sealed class GpuBenchmarkTest : GpuFixture
{
    [Test]
    public async Task A_product_is_right_and_one_wrong_number_in_it_is_found()
    {
        byte[] product = await OutputAsync(GpuBenchmark.ProductProgram(2));
        Assert.That(GpuBenchmark.IsProduct(product, new Random(1)));
        var random = new Random(2);
        for (int i = 0; i < 20; i++)
        {
            int at = random.Next(GpuBenchmark.Rows * GpuBenchmark.Rows);
            float right = MemoryMarshal.Cast<byte, float>(product)[at];
            MemoryMarshal.Cast<byte, float>(product.AsSpan())[at] = i % 2 == 0 ? right + 1 : float.NaN;
            Assert.That(GpuBenchmark.IsProduct(product, new Random(i)), Is.False, $"entry {at}");
            MemoryMarshal.Cast<byte, float>(product.AsSpan())[at] = right;
        }

        Assert.That(GpuBenchmark.IsProduct(product.AsSpan(4), new Random(1)), Is.False);
    }

    [Test]
    public async Task Samples_of_the_triad_are_right_and_those_of_another_size_are_not()
    {
        byte[] samples = await OutputAsync(GpuBenchmark.TriadProgram(1 << 20, 2));
        Assert.That(GpuBenchmark.AreSamples(samples, 1 << 20));
        Assert.That(GpuBenchmark.AreSamples(samples, (1 << 20) - 1), Is.False);
        Assert.That(GpuBenchmark.AreSamples(samples.AsSpan(4), 1 << 20), Is.False);
    }

    [Test]
    public async Task The_child_says_how_long_its_kernels_took()
    {
        var report = await RunAsync(GpuBenchmark.ProductProgram(4));
        GpuTimes? times = GpuTimes.Read(report.ErrorTail);
        Assert.That(times, Is.Not.Null, report.ErrorTail);
        Assert.That((times!.FirstMicros, times.RestMicros), Is.Not.EqualTo((0L, 0L)));
        foreach (string line in new[] { "", "first 1 us", "first -1 us, rest 2 us", "first x us, rest 2 us" }) Assert.That(GpuTimes.Read(line), Is.Null);
    }

    private async Task<byte[]> OutputAsync(GpuProgram program) => await File.ReadAllBytesAsync((await RunAsync(program)).Outputs.Single().Path);
}
