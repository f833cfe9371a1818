// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Benchmarks;

/// <summary>The figures that a profile carries: measured on this host, by this version; there is no table of names.</summary>
/// <param name="home">The folder where they are kept.</param>
/// <param name="version">Version of this program; another one measures anew.</param>
/// <param name="time">The clock.</param>
public sealed class HostBenchmarks(string home, string version, TimeProvider time)
{
    /// <summary>Name of the file in a home for <see cref="EngineAsync"/>.</summary>
    public const string EngineFile = "benchmarks";

    /// <summary>Name of the file in a home for <see cref="GpuAsync"/>.</summary>
    public const string GpuFile = "benchmarks.gpu";

    /// <summary>Name of the file in a home for <see cref="MemoryAsync"/>.</summary>
    public const string MemoryFile = "benchmarks.memory";

    /// <summary>Bandwidth of the host's memory: kept, or measured now on a thread of its own for some 0.1 s.</summary>
    /// <param name="processor">Model of the processor; another one measures anew.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns><see cref="Benchmark.HostCopy"/>.</returns>
    public Task<IReadOnlyList<Benchmark>> MemoryAsync(string processor, CancellationToken cancellation)
        => Kept(MemoryFile, processor).ReadAsync([(Benchmark.HostCopy, Benchmark.BytePerSecond)], async () =>
        {
            Task<ulong> measured = Task.Factory.StartNew(MemoryKernel.Measure, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return [await measured.ConfigureAwait(false)];
        });

    /// <summary>Speed of the WebAssembly engine: kept, or measured now on a thread of its own for some 0.2 s.</summary>
    /// <param name="processor">Model of the processor; another one measures anew.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns><see cref="Benchmark.WasmFuel"/>.</returns>
    public Task<IReadOnlyList<Benchmark>> EngineAsync(string processor, CancellationToken cancellation)
        => Kept(EngineFile, processor).ReadAsync([(Benchmark.WasmFuel, Benchmark.FuelPerSecond)], async () =>
        {
            Task<long> measured = Task.Factory.StartNew(FuelKernel.Measure, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return [(ulong)await measured.ConfigureAwait(false)];
        });

    /// <summary>What a device is worth to GPU programs: kept, or measured now, which takes some seconds of the device.</summary>
    /// <param name="device">The device; another one, or another driver, measures anew.</param>
    /// <param name="measure">Measures it, as <see cref="MeasureAsync"/>.</param>
    /// <returns>
    /// <see cref="Benchmark.GpuLinkFrom"/>, <see cref="Benchmark.GpuLinkTo"/>, <see cref="Benchmark.GpuProduct"/> and <see cref="Benchmark.GpuTriad"/>; none
    /// of a card without OpenCL, which is only tried.
    /// </returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the device does not compute, or wrongly; so it has no score.</exception>
    public Task<IReadOnlyList<Benchmark>> GpuAsync(Device device, Func<Task<IReadOnlyList<ulong>>> measure)
        => Kept(GpuFile, $"{device.Model}, {device.Driver}").ReadAsync(
            [
                (Benchmark.GpuLinkFrom, Benchmark.BytePerSecond), (Benchmark.GpuLinkTo, Benchmark.BytePerSecond),
                (Benchmark.GpuProduct, Benchmark.FlopPerSecond), (Benchmark.GpuTriad, Benchmark.BytePerSecond),
            ],
            measure);

    /// <summary>The values of <see cref="GpuAsync"/>.</summary>
    /// <param name="score">Measures.</param>
    /// <param name="device">The device.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the device does not compute, or wrongly; so it has no score.</exception>
    public static async Task<IReadOnlyList<ulong>> MeasureAsync(GpuScore score, Device device, CancellationToken cancellation)
    {
        if (device.Card is not null && await score.CheckAsync(device, cancellation).ConfigureAwait(false) is { } wrong)
            throw new PeerComputeException(ErrorCode.Host, $"{device.Model} is not lent: {wrong.ReplaceLineEndings(" ")}");
        if (device.OpenClPlace is null) return [];
        ulong product = await score.ProductAsync(device, cancellation).ConfigureAwait(false);
        ulong triad = await score.TriadAsync(device, cancellation).ConfigureAwait(false);
        GpuLink link = await score.LinkAsync(device, cancellation).ConfigureAwait(false);
        return [link.FromBytes, link.ToBytes, product, triad];
    }

    private KeptBenchmarks Kept(string file, string what) => new(Path.Combine(home, file), $"{version} on {what}", time);
}
