// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Benchmarks;
using PeerCompute.Wasm;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Benchmarks;

[TestFixture]
internal sealed class HostBenchmarksTest
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private string _folder = null!;

    private string File => Path.Combine(_folder, HostBenchmarks.EngineFile);

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("benchmarks").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_kernel_runs_until_its_fuel_is_used_up()
    {
        var exit = FuelKernel.Slice();
        Assert.That((exit.Trap, exit.FuelUsed), Is.EqualTo((TrapKind.FuelExhausted, FuelKernel.SliceFuel)));
    }

    [Test]
    public async Task A_figure_is_measured_kept_and_read_again()
    {
        Benchmark first = (await At(Start)).Single();
        Assert.That((first.Name, first.Unit, first.MeasuredMs),
            Is.EqualTo((Benchmark.WasmFuel, Benchmark.FuelPerSecond, (ulong)Start.ToUnixTimeMilliseconds())));
        Assert.That(first.Value, Is.GreaterThan(100_000), "a figure of something that ran");
        Assert.That(await At(Start + KeptBenchmarks.Valid - TimeSpan.FromMilliseconds(1)), Is.EqualTo(new[] { first }));
    }

    [Test]
    public async Task A_figure_that_is_old_or_of_the_future_or_of_another_version_or_processor_is_measured_anew()
    {
        await At(Start);
        await IsAnew(Start + KeptBenchmarks.Valid, "1", "cpu");
        await IsAnew(Start, "1", "cpu");
        await IsAnew(Start + TimeSpan.FromSeconds(1), "2", "cpu");
        await IsAnew(Start + TimeSpan.FromSeconds(2), "2", "other");
    }

    [Test]
    public async Task The_hosts_memory_is_measured_too()
    {
        Benchmark copy = (await new HostBenchmarks(_folder, "1", new Clock(Start)).MemoryAsync("cpu", default)).Single();
        Assert.That((copy.Name, copy.Unit), Is.EqualTo((Benchmark.HostCopy, Benchmark.BytePerSecond)));
        Assert.That(copy.Value, Is.GreaterThan(1_000_000), "a figure of something that ran");
    }

    [TestCase("")]
    [TestCase("1 on cpu\n")]
    [TestCase("1 on cpu\nwasm-fuel many fuel/s 5\n")]
    [TestCase("1 on cpu\nwasm-fuel 0 fuel/s 1767225600000\n")]
    [TestCase("1 on cpu\nwasm-fuel 99999999999999999999999 fuel/s 1767225600000\n")]
    [TestCase("1 on cpu\nwasm-fuel 18446744073709551615 fuel/s 1767225600000\n")]
    [TestCase("1 on cpu\nwasm-fuel 7 MIPS 1767225600000\n")]
    public async Task A_broken_file_is_measured_over(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text);
        Assert.That((await At(Start)).Single().Value, Is.GreaterThan(7));
        Assert.That((await System.IO.File.ReadAllLinesAsync(File))[1], Does.StartWith(Benchmark.WasmFuel));
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_only_means_to_measure_again()
    {
        Directory.CreateDirectory(File);
        Assert.That(await At(Start), Has.Count.EqualTo(1));
        Assert.That(await At(Start), Has.Count.EqualTo(1));
    }

    private async Task IsAnew(DateTimeOffset now, string version, string processor)
        => Assert.That((await At(now, version, processor)).Single().MeasuredMs, Is.EqualTo((ulong)now.ToUnixTimeMilliseconds()));

    private Task<IReadOnlyList<Benchmark>> At(DateTimeOffset now, string version = "1", string processor = "cpu")
        => new HostBenchmarks(_folder, version, new Clock(now)).EngineAsync(processor, default);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
