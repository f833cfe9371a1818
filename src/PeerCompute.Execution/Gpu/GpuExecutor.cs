// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Gpu;

/// <summary>
/// Runs GPU tasks: each in a child of its own (<see cref="GpuChild"/>), behind the walls of native programs, with one granted device. Safe to use from several
/// threads; one task runs at a time, as devices share badly.
/// </summary>
/// <param name="native">The walls.</param>
/// <param name="command">The executable that has the hidden verb.</param>
public sealed class GpuExecutor(NativeExecutor native, SandboxCommand command)
{
    /// <summary>Processes and threads of a child: the runtime, the driver, its compiler.</summary>
    private const int Processes = 256;

    private const string ProgramName = GpuProgram.FileName;

    private static readonly IEnumerable<string> Runtime = LaunchPlan.RuntimeSettings()
        .Where(static setting => setting.Name.StartsWith("DOTNET_", StringComparison.Ordinal)).Select(static setting => $"{setting.Name}={setting.Value}");

    private readonly SemaphoreSlim _oneTask = new(1, 1);

    /// <summary>Runs one task to its end.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>How it ended; a fault after which the device no longer computes is the host's.</returns>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.BadInput"/>: the device has no place in OpenCL; <see cref="ErrorCode.NotFound"/>: an input or a folder is not there.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<NativeReport> RunAsync(GpuRunSpec spec, CancellationToken cancellation)
    {
        await _oneTask.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            NativeReport report = await TryAsync(spec, cancellation).ConfigureAwait(false);
            if (report.Outcome != TaskOutcome.JobFault || !MayBeTheDevice(report)) return report;
            // What ended it may be the driver: a task that is known to be good tells.
            return await CanaryAsync(spec, cancellation).ConfigureAwait(false) is { } broken
                ? GpuReports.DeviceFault(report, spec.Device, broken) : report;
        }
        finally
        {
            _oneTask.Release();
        }
    }

    private async Task<NativeReport> TryAsync(GpuRunSpec spec, CancellationToken cancellation)
    {
        GpuProgram program;
        try
        {
            long length = new FileInfo(spec.ProgramPath).Length;
            if (length > GpuProgramCodec.MostBytes)
                return GpuReports.BadProgram($"the program has {length} bytes; at most {GpuProgramCodec.MostBytes} are read");
            if (spec.Inputs.Any(static input => input.Key == ProgramName)) return GpuReports.BadProgram($"no input may have the name {ProgramName}");
            program = GpuProgramCodec.Decode(await File.ReadAllBytesAsync(spec.ProgramPath, cancellation).ConfigureAwait(false));
        }
        catch (Exception bad) when (bad is WireException or PeerComputeException)
        {
            return GpuReports.BadProgram(bad.Message);
        }

        return GpuReports.Of(await native.RunAsync(Native(spec, program), cancellation).ConfigureAwait(false), spec);
    }

    private NativeRunSpec Native(GpuRunSpec spec, GpuProgram program)
    {
        if (spec.Device.OpenClPlace is not { } place) throw new PeerComputeException(ErrorCode.BadInput, $"device {spec.Device.Model} has no place in OpenCL");
        return new NativeRunSpec
        {
            Arguments =
            [
                GpuChild.Verb, ProgramName, Text(place.Platform), Text(place.Device), spec.Device.OpenClName, Text(spec.Task), Text(spec.DeviceBytes),
            ],
            Own = command,
            Environment = [.. Runtime],
            Grant = DeviceGrant.Of(spec.Device),
            Isolation = spec.Isolation,
            Inputs = [KeyValuePair.Create(ProgramName, spec.ProgramPath), .. spec.Inputs],
            OutputNames = [.. program.Buffers.Where(static b => b.Output.Length > 0).Select(static b => b.Output)],
            OutputFolder = spec.OutputFolder,
            MemoryBytes = spec.MemoryBytes,
            OutputBytes = spec.OutputBytes,
            WorkBytes = spec.WorkBytes,
            Processes = Processes,
            Wall = spec.Wall,
        };
    }

    private static bool MayBeTheDevice(NativeReport report)
        => report.Fault is FaultKind.WallClock or FaultKind.Device;

    /// <summary>Adds numbers on the device; null when it answers rightly.</summary>
    private async Task<string?> CanaryAsync(GpuRunSpec spec, CancellationToken cancellation)
    {
        const int Items = 1024;
        string folder = Directory.CreateTempSubdirectory("peercompute-canary-").FullName;
        try
        {
            string file = Path.Combine(folder, "canary");
            await File.WriteAllBytesAsync(file, GpuProgramCodec.Encode(Canary(Items)), cancellation).ConfigureAwait(false);
            var canary = new GpuRunSpec { ProgramPath = file, Device = spec.Device, Task = 7, OutputFolder = folder, Wall = TimeSpan.FromMinutes(1) };
            NativeReport report = await TryAsync(canary, cancellation).ConfigureAwait(false);
            if (report.Outcome != TaskOutcome.Ok) return report.Text;
            byte[] sums = await File.ReadAllBytesAsync(report.Outputs.Single().Path, cancellation).ConfigureAwait(false);
            for (int i = 0; i < Items; i++)
            {
                if (BitConverter.ToInt32(sums, 4 * i) != (3 * i) + 7) return "it computes wrongly";
            }

            return null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static GpuProgram Canary(int items) => new()
    {
        Source = "__kernel void canary(__global int *sums, uint task) { uint i = get_global_id(0); sums[i] = 3 * i + task; }",
        Buffers = [new GpuBuffer("sums", 4UL * (ulong)items, "", "sums")],
        Launches = [new GpuLaunch("canary", [(ulong)items], [], [GpuArgument.Buffer(0), GpuArgument.Task])],
    };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
