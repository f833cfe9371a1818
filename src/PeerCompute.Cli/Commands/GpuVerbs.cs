// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Cli.Commands;

/// <summary><c>gpu</c>: GPU programs for jobs, made and tried on this machine (docs/gpu.md). No daemon is needed.</summary>
internal static class GpuVerbs
{
    /// <summary>The verb.</summary>
    public static Command Make() => new("gpu", "Make GPU programs for jobs, and try them on this machine.") { Build(), Run() };

    private static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "The description: JSON, beside the file of its kernels." };
        var output = new Option<string?>("--output", "-o") { Description = "Where it goes (default: FILE with .gpu at its end).", HelpName = "PROGRAM" };
        var verb = new Command("build", "Make a GPU program of its description and its kernels.") { file, output };
        verb.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            var to = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".gpu");
            var program = GpuProgramFile.Read(path);
            var bytes = GpuProgramCodec.Encode(program);
            try
            {
                File.WriteAllBytes(to, bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PeerComputeException(ErrorCode.BadInput, $"{to} cannot be written: {e.Message}", e);
            }

            var memory = program.Buffers.Aggregate(0UL, static (sum, buffer) => sum + buffer.Bytes);
            Globals.TerminalOf(parsed).Result(
                () => new JsonObject { ["program"] = to, ["bytes"] = bytes.Length, ["bufferBytes"] = memory, ["launches"] = program.Launches.Length },
                console => Tables.Facts(
                    console, ("program", to), ("bytes", Tables.Number((ulong)bytes.Length)),
                    ("memory of its buffers", $"{memory} bytes, and inputs without a size"),
                    ("launches", $"{program.Launches.Length}, {program.Rounds} times")));
            return 0;
        });
        return verb;
    }

    private static Command Run()
    {
        var program = new Argument<string>("PROGRAM") { Description = "A GPU program." };
        var inputs = new Option<string[]>("--input") { Description = "An input, again for each.", HelpName = "NAME=PATH" };
        var task = new Option<uint>("--task") { Description = "The number of the task (default 0).", HelpName = "N" };
        var memory = new Option<long>("--memory")
        {
            Description = "Most memory, MiB (default 1024).", HelpName = "MIB", DefaultValueFactory = static _ => 1024,
        };
        var folder = new Option<string>("--output", "-o") { Description = "A folder for the outputs.", HelpName = "FOLDER", Required = true };
        var verb = new Command("run", "Run one task of a GPU program on this machine, behind the walls of a job.") { program, inputs, task, memory, folder };
        verb.SetAction(async (parsed, token) =>
        {
            var work = Directory.CreateTempSubdirectory("peercompute-gpu-").FullName;
            try
            {
                var spec = new GpuRunSpec
                {
                    ProgramPath = Path.GetFullPath(parsed.GetValue(program)!),
                    Device = await DeviceAsync(token),
                    Task = parsed.GetValue(task),
                    Inputs = [.. (parsed.GetValue(inputs) ?? []).Select(Input)],
                    OutputFolder = work,
                    DeviceBytes = parsed.GetValue(memory) << 20,
                    MemoryBytes = parsed.GetValue(memory) << 20,
                };
                var report = await RunAsync(spec, token);
                report = report with { Outputs = [.. report.Outputs.Select(output => Move(output, parsed.GetValue(folder)!))] };
                Show(Globals.TerminalOf(parsed), spec.Device, report);
                return 0;
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        });
        return verb;
    }

    private static async Task<NativeReport> RunAsync(GpuRunSpec spec, CancellationToken stop)
    {
        if (!File.Exists(spec.ProgramPath)) throw new PeerComputeException(ErrorCode.NotFound, $"there is no file {spec.ProgramPath}");
        var report = await new GpuExecutor(new NativeExecutor(new SandboxOptions()), SandboxCommand.ForThisProgram()).RunAsync(spec, stop);
        return report.Outcome == TaskOutcome.Ok ? report
            : throw new PeerComputeException(report.Outcome == TaskOutcome.JobFault ? ErrorCode.JobFailed : ErrorCode.Host, $"{report.Text}: {report.Hint}");
    }

    private static OutputFile Move(OutputFile output, string folder)
    {
        var path = Path.Combine(folder, output.Name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(output.Path, path, overwrite: true);
            return output with { Path = path };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} cannot be written: {e.Message}", e);
        }
    }

    private static void Show(Terminal terminal, Device device, NativeReport report)
    {
        var times = GpuTimes.Read(report.ErrorTail) ?? new GpuTimes(0, 0);
        terminal.Result(
            () => new JsonObject
            {
                ["device"] = device.Model,
                ["firstRoundMicros"] = times.FirstMicros,
                ["restMicros"] = times.RestMicros,
                ["wallMs"] = (long)report.Wall.TotalMilliseconds,
                ["peakMemoryBytes"] = report.PeakMemoryBytes,
                ["outputs"] = new JsonArray(
                    [.. report.Outputs.Select(static o => new JsonObject { ["name"] = o.Name, ["path"] = o.Path, ["bytes"] = o.Size })]),
            },
            console => Tables.Facts(
                console,
                [
                    ("device", device.Model), ("first round", $"{times.FirstMicros / 1e3:0.###} ms"), ("other rounds", $"{times.RestMicros / 1e3:0.###} ms"),
                    ("whole task", $"{report.Wall.TotalMilliseconds:0} ms"), ("most memory", $"{report.PeakMemoryBytes >> 20} MiB"),
                    .. report.Outputs.Select(static o => (o.Name, $"{o.Path}, {o.Size} bytes")),
                ]));
    }

    private static async Task<Device> DeviceAsync(CancellationToken stop)
    {
        var inventory = await DeviceInventory.ReadAsync(new ThisHost(), stop);
        return inventory.Devices.FirstOrDefault(static d => d is { Kind: DeviceKind.Cpu, OpenClPlace: not null })
            ?? throw new PeerComputeException(
                ErrorCode.NotFound, "OpenCL lists no device here that GPU programs may use: install pocl-opencl-icd and clinfo; cards cannot be used yet");
    }

    private static KeyValuePair<string, string> Input(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? KeyValuePair.Create(text[..equals], text[(equals + 1)..])
            : throw new PeerComputeException(ErrorCode.Usage, $"--input {Printable.Line(text, 80)}: write NAME=PATH");
    }
}
