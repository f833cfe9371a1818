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
    /// <returns><see cref="Benchmark.GpuProduct"/> and <see cref="Benchmark.GpuTriad"/>.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the device does not compute, or wrongly; so it has no score.</exception>
    public Task<IReadOnlyList<Benchmark>> GpuAsync(Device device, Func<Task<IReadOnlyList<ulong>>> measure)
        => Kept(GpuFile, $"{device.Model}, {device.Driver}").ReadAsync(
            [(Benchmark.GpuProduct, Benchmark.FlopPerSecond), (Benchmark.GpuTriad, Benchmark.BytePerSecond)], measure);

    /// <summary>The values of <see cref="GpuAsync"/>.</summary>
    /// <param name="score">Measures.</param>
    /// <param name="device">The device.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the device does not compute, or wrongly; so it has no score.</exception>
    public static async Task<IReadOnlyList<ulong>> MeasureAsync(GpuScore score, Device device, CancellationToken cancellation)
    {
        ulong product = await score.ProductAsync(device, cancellation).ConfigureAwait(false);
        return [product, await score.TriadAsync(device, cancellation).ConfigureAwait(false)];
    }

    private KeptBenchmarks Kept(string file, string what) => new(Path.Combine(home, file), $"{version} on {what}", time);
}
