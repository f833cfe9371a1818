// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Gpu;

/// <summary>
/// What a device is worth, by <see cref="GpuBenchmark"/> behind the walls of a job. A device whose results are wrong, or that has less memory than it says,
/// has no score.
/// </summary>
/// <param name="executor">What GPU tasks run in.</param>
public sealed class GpuScore(GpuExecutor executor)
{
    /// <summary>A measurement is made of rounds that together take at least this long, microseconds, so that starts do not count.</summary>
    private const long LeastMicros = 200_000;

    /// <summary>Memory of the host for the child, its driver and the compiler, bytes.</summary>
    private const long HostBytes = 1L << 30;

    /// <summary>How long one measurement may take: a driver that hangs is found out, one that compiles on a busy machine is not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const uint FirstRounds = 3, MostRounds = 20_000;

    /// <summary>Most numbers in a vector: three vectors of 8 GiB.</summary>
    private const uint MostItems = 1u << 31;

    /// <summary>Numbers in a vector on a processor, whose memory is the host's: three vectors of 64 MiB, more than its caches hold.</summary>
    private const uint ProcessorItems = 16 << 20;

    /// <summary>Whether a card can be granted, wiped, and computes: a trial before it is lent.</summary>
    /// <param name="card">The card.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null where it can; else why not.</returns>
    public Task<string?> CheckAsync(Device card, CancellationToken cancellation)
        => executor.CheckAsync(card, card.Card?.Maker == "nvidia" ? GpuLanguage.Ptx : GpuLanguage.OpenClC, cancellation);

    /// <summary>Copies between the host's memory and the device's.</summary>
    /// <param name="device">A device with a place in OpenCL.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures of the best copies.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the device fails, or gives back other bytes than it was given.</exception>
    public async Task<GpuLink> LinkAsync(Device device, CancellationToken cancellation)
    {
        NativeReport report = await executor.LinkAsync(device, cancellation).ConfigureAwait(false);
        if (report.Outcome != TaskOutcome.Ok) throw Fault(device, $"{report.Text} {report.ErrorTail.Trim()}");
        return GpuLink.Read(report.ErrorTail) ?? throw Fault(device, "its child told no figures");
    }

    /// <summary>Products of matrices in single precision.</summary>
    /// <param name="device">A device with a place in OpenCL.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Floating-point operations per second.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the device does not compute, or wrongly.</exception>
    public Task<ulong> ProductAsync(Device device, CancellationToken cancellation)
        => MeasureAsync(
            device, GpuBenchmark.ProductProgram, static output => GpuBenchmark.IsProduct(output, Random.Shared), GpuBenchmark.ProductOperations, HostBytes,
            cancellation);

    /// <summary>The triad over vectors that fill nearly all of a card's memory.</summary>
    /// <param name="device">A device with a place in OpenCL.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Bytes moved per second.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: it does not compute, or wrongly, or has less memory than it says.</exception>
    public Task<ulong> TriadAsync(Device device, CancellationToken cancellation)
    {
        uint items = Items(device);
        long hostBytes = HostBytes + (device.Kind == DeviceKind.Cpu ? items * GpuBenchmark.TriadBytes : 0);
        return TriadAsync(device, items, hostBytes, cancellation);
    }

    internal Task<ulong> TriadAsync(Device device, uint items, long hostBytes, CancellationToken cancellation) => MeasureAsync(
        device, rounds => GpuBenchmark.TriadProgram(items, rounds), output => GpuBenchmark.AreSamples(output, items), GpuBenchmark.TriadBytes * items,
        hostBytes, cancellation);

    /// <summary>How long the vectors are: of a card's memory, as it says, three quarters; a claim of more than there is fails.</summary>
    internal static uint Items(Device device) => device.Kind == DeviceKind.Cpu ? ProcessorItems
        : (uint)Math.Clamp(device.MemoryBytes / 4 * 3 / GpuBenchmark.TriadBytes, 1 << 20, MostItems);

    /// <summary>Rounds that take long enough, at what one took.</summary>
    internal static uint Rounds(long micros) => (uint)Math.Clamp(1 + (LeastMicros / Math.Max(1, micros)), FirstRounds, MostRounds);

    private async Task<ulong> MeasureAsync(
        Device device, Func<uint, GpuProgram> program, Func<byte[], bool> isRight, long work, long hostBytes, CancellationToken cancellation)
    {
        long first = await MicrosAsync(device, program(FirstRounds), isRight, hostBytes, cancellation).ConfigureAwait(false);
        uint rounds = Rounds(first / (FirstRounds - 1));
        long micros = rounds == FirstRounds ? first : await MicrosAsync(device, program(rounds), isRight, hostBytes, cancellation).ConfigureAwait(false);
        return (ulong)Int128.Max(1, (Int128)work * (rounds - 1) * 1_000_000 / Math.Max(1, micros));
    }

    /// <summary>Microseconds of the rounds behind the first.</summary>
    private async Task<long> MicrosAsync(
        Device device, GpuProgram program, Func<byte[], bool> isRight, long hostBytes, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("peercompute-score-").FullName;
        try
        {
            string file = Path.Combine(folder, "score");
            await File.WriteAllBytesAsync(file, GpuProgramCodec.Encode(program), cancellation).ConfigureAwait(false);
            long memory = program.Buffers.Sum(static buffer => (long)buffer.Bytes);
            NativeReport report = await executor.RunAsync(
                new GpuRunSpec
                {
                    ProgramPath = file, Device = device, OutputFolder = folder, DeviceBytes = memory,
                    MemoryBytes = hostBytes, Wall = Patience,
                },
                cancellation).ConfigureAwait(false);
            if (report.Outcome != TaskOutcome.Ok) throw Fault(device, report.Text);
            byte[] output = await File.ReadAllBytesAsync(report.Outputs.Single().Path, cancellation).ConfigureAwait(false);
            if (!isRight(output)) throw Fault(device, "it computes wrongly");
            return GpuTimes.Read(report.ErrorTail)?.RestMicros ?? throw Fault(device, "its child told no times");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PeerComputeException Fault(Device device, string why) => new(ErrorCode.Host, $"{device.Model} has no score for GPU programs: {why}");
}
