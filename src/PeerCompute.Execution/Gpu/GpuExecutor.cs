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
/// threads; one task runs at a time, as devices share badly. Before anything gets a card its memory is filled with zeros: who used it since, or what a
/// program of ours left in memory that it does not describe, nobody tells.
/// </summary>
/// <param name="native">The walls.</param>
/// <param name="command">The executable that has the hidden verb.</param>
public sealed class GpuExecutor(NativeExecutor native, SandboxCommand command)
{
    /// <summary>Processes and threads of a child: the runtime, the driver, its compiler.</summary>
    private const int Processes = 256;

    /// <summary>Memory of the host for a child that does the host's own work on a device.</summary>
    private const long WipeBytes = 1L << 30;

    private const string ProgramName = GpuProgram.FileName;

    private static readonly IEnumerable<string> Runtime = LaunchPlan.RuntimeSettings()
        .Where(static setting => setting.Name.StartsWith("DOTNET_", StringComparison.Ordinal)).Select(static setting => $"{setting.Name}={setting.Value}");

    private readonly SemaphoreSlim _oneTask = new(1, 1);

    /// <summary>What a task sees of its device.</summary>
    public DeviceGrants Grants { get; init; } = DeviceGrants.OfThisHost;

    /// <summary>How long a task that is known to be good may take: a driver that hangs is found out.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

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
            if (await TakeAsync(spec.Device, cancellation).ConfigureAwait(false) is { Length: > 0 } held) return NativeReports.HostFault(held);
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

    /// <summary>Runs a native program that is granted a card: alone, on memory that is zero.</summary>
    /// <param name="spec">The program, without its grant.</param>
    /// <param name="card">The card.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>How it ended; what it left on the card is filled with zeros before the next one starts there.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<NativeReport> RunGrantedAsync(NativeRunSpec spec, Device card, CancellationToken cancellation)
    {
        await _oneTask.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Grants.Of(card, out string why) is not { } grant) return NativeReports.HostFault($"{card.Model} cannot be granted: {why}");
            return await TakeAsync(card, cancellation).ConfigureAwait(false) is { Length: > 0 } held ? NativeReports.HostFault(held)
                : await native.RunAsync(spec with { Grant = grant }, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _oneTask.Release();
        }
    }

    /// <summary>Whether a device adds numbers rightly, in a language.</summary>
    /// <param name="device">The device.</param>
    /// <param name="language">The language.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null where it does; else what is wrong.</returns>
    public async Task<string?> CheckAsync(Device device, GpuLanguage language, CancellationToken cancellation)
    {
        await _oneTask.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await TakeAsync(device, cancellation).ConfigureAwait(false) is { Length: > 0 } held ? held
                : await CanaryAsync(device, language, NativeIsolation.Degraded, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _oneTask.Release();
        }
    }

    /// <summary>
    /// Makes a card's memory zero. The memory of a processor is the host's: the kernel gives no page of it to another process that is not zero.
    /// </summary>
    /// <returns>Empty, or why it cannot be had.</returns>
    private async Task<string> TakeAsync(Device device, CancellationToken cancellation)
    {
        if (device.Card is null) return "";
        if (WipeLanguage(device) is not { } language) return $"the memory of {device.Model} cannot be filled with zeros: that needs a driver of OpenCL";
        if (Grants.Of(device, out string why) is not { } grant) return $"{device.Model} cannot be granted: {why}";
        NativeReport report = await native.RunAsync(OwnWork(GpuChild.WipeWord, language, device, grant), cancellation).ConfigureAwait(false);
        return report.Outcome == TaskOutcome.Ok && !report.ErrorTail.StartsWith("wiped 0 ", StringComparison.Ordinal) ? ""
            : $"the memory of {device.Model} could not be filled with zeros: {(report.Text.Length > 0 ? report.Text : "nothing of it is free")} "
                + Printable.Line(report.ErrorTail.Trim(), 200);
    }

    /// <summary>Measures copies to and from a device; the child's last words say how fast.</summary>
    /// <param name="device">A device with a place in OpenCL.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How the child ended.</returns>
    internal async Task<NativeReport> LinkAsync(Device device, CancellationToken cancellation)
    {
        await _oneTask.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await TakeAsync(device, cancellation).ConfigureAwait(false) is { Length: > 0 } held) return NativeReports.HostFault(held);
            return Grants.Of(device, out string why) is not { } grant ? NativeReports.HostFault($"{device.Model} cannot be granted: {why}")
                : await native.RunAsync(OwnWork(GpuChild.LinkWord, GpuLanguage.OpenClC, device, grant), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _oneTask.Release();
        }
    }

    /// <summary>Work of the host itself on a device, in a child like any other.</summary>
    private NativeRunSpec OwnWork(string word, GpuLanguage language, Device device, DeviceGrant grant) => new()
    {
        Arguments = [GpuChild.Verb, word, language.ToString(), Place(device), device.OpenClName],
        Own = command,
        Environment = [.. Runtime],
        Grant = grant,
        MemoryBytes = WipeBytes,
        Processes = Processes,
        Wall = Patience,
    };

    private static GpuLanguage? WipeLanguage(Device device)
        => device.Card?.Maker == "nvidia" ? GpuLanguage.Ptx : device.OpenClName.Length > 0 ? GpuLanguage.OpenClC : null;

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

        bool ptx = program.Language == GpuLanguage.Ptx;
        if (ptx && spec.Device.Card?.Maker != "nvidia") return GpuReports.BadProgram("the kernels are PTX, which cards of NVIDIA run: write runtime: cuda@1");
        if (!ptx && spec.Device is { OpenClPlace: null, Card: not null })
            return GpuReports.BadProgram("the kernels are OpenCL C, which this card's driver does not offer: write runtime: opencl@1");
        if (!ptx && spec.Device.OpenClPlace is null)
            throw new PeerComputeException(ErrorCode.BadInput, $"device {spec.Device.Model} has no place in OpenCL");
        if (Grants.Of(spec.Device, out string why) is not { } grant) return NativeReports.HostFault($"{spec.Device.Model} cannot be granted: {why}");
        return GpuReports.Of(await native.RunAsync(Native(spec, program, grant), cancellation).ConfigureAwait(false), spec);
    }

    private NativeRunSpec Native(GpuRunSpec spec, GpuProgram program, DeviceGrant grant) => new()
    {
        Arguments =
        [
            GpuChild.Verb, GpuChild.RunWord, program.Language.ToString(), Place(spec.Device), spec.Device.OpenClName, ProgramName, Text(spec.Task),
            Text(spec.DeviceBytes),
        ],
        Own = command,
        Environment = [.. Runtime],
        Grant = grant,
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

    /// <summary>A card is the only one that its child can open, so its place on the host says nothing there.</summary>
    private static string Place(Device device)
        => device.Card is null && device.OpenClPlace is { } place ? $"{Text(place.Platform)}/{Text(place.Device)}" : GpuChild.OnlyPlace;

    private static bool MayBeTheDevice(NativeReport report)
        => report.Fault is FaultKind.WallClock or FaultKind.Device;

    private Task<string?> CanaryAsync(GpuRunSpec spec, CancellationToken cancellation)
    {
        bool ptx = spec.Device.Card?.Maker == "nvidia" && spec.Device.OpenClPlace is null;
        return CanaryAsync(spec.Device, ptx ? GpuLanguage.Ptx : GpuLanguage.OpenClC, spec.Isolation, cancellation);
    }

    /// <summary>Adds numbers on the device; null when it answers rightly.</summary>
    private async Task<string?> CanaryAsync(Device device, GpuLanguage language, NativeIsolation isolation, CancellationToken cancellation)
    {
        const int Items = 1024, Group = 64;
        string folder = Directory.CreateTempSubdirectory("peercompute-canary-").FullName;
        try
        {
            string file = Path.Combine(folder, "canary");
            await File.WriteAllBytesAsync(file, GpuProgramCodec.Encode(GpuCanary.Program(language, Items, Group)), cancellation).ConfigureAwait(false);
            var canary = new GpuRunSpec { ProgramPath = file, Device = device, Task = 7, OutputFolder = folder, Isolation = isolation, Wall = Patience };
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

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
