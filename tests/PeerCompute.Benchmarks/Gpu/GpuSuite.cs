// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Benchmarks.Sandbox;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks.Gpu;

/// <summary>Each device that OpenCL lists: products and triad behind the walls against the same child without any, and a whole task.</summary>
internal static class GpuSuite
{
    private const int Turns = 5;
    private const uint ProductRounds = 9, TriadRounds = 21, TriadItems = 16 << 20;

    /// <summary>Runs the suite.</summary>
    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        DeviceInventory inventory = await DeviceInventory.ReadAsync(new ThisHost(), CancellationToken.None);
        Device[] devices = [.. inventory.Devices.Where(static d => d.OpenClPlace is not null)];
        if (devices.Length == 0) throw new SuiteException("OpenCL lists no device here: install pocl-opencl-icd and clinfo, or a card's driver and clinfo");
        foreach (Device device in devices)
        {
            await foreach (Figure figure in MeasureAsync(device)) yield return figure;
        }
    }

    private static async IAsyncEnumerable<Figure> MeasureAsync(Device device)
    {
        var product = new Measured(device, GpuBenchmark.ProductProgram(ProductRounds), static bytes => GpuBenchmark.IsProduct(bytes, new Random()));
        var triad = new Measured(device, GpuBenchmark.TriadProgram(TriadItems, TriadRounds), static bytes => GpuBenchmark.AreSamples(bytes, TriadItems));
        for (int turn = 0; turn < Turns; turn++)
        {
            await product.RunAsync();
            await triad.RunAsync();
        }

        // Per microsecond and thousand: 10^9 per second.
        double operations = GpuBenchmark.ProductOperations * (ProductRounds - 1) / 1e3;
        double moved = (double)TriadItems * GpuBenchmark.TriadBytes * (TriadRounds - 1) / 1e3;
        string name = device.Model;
        yield return new Figure($"{name}: product, f32, inside against outside", operations / product.Inside, "GFLOP/s", operations / product.Outside);
        yield return new Figure($"{name}: triad, inside against outside", moved / triad.Inside, "GB/s", moved / triad.Outside);
        yield return new Figure($"{name}: whole task, inside against outside", product.Whole, "ms", product.WholeOutside, "lower");
    }

    /// <summary>A program that runs in turns inside and outside; medians.</summary>
    private sealed class Measured(Device device, GpuProgram program, Func<byte[], bool> isRight)
    {
        private static readonly SandboxCommand Command = SandboxCommand.ForThisProgram();
        private static readonly NativeExecutor Walls = new(new SandboxOptions());
        private readonly List<double> _inside = [], _outside = [], _whole = [], _wholeOutside = [];

        /// <summary>Microseconds of the rounds behind the first.</summary>
        public double Inside => NativeStarts.Quantile(_inside, 0.5);

        public double Outside => NativeStarts.Quantile(_outside, 0.5);

        /// <summary>Milliseconds from asking to outputs.</summary>
        public double Whole => NativeStarts.Quantile(_whole, 0.5);

        public double WholeOutside => NativeStarts.Quantile(_wholeOutside, 0.5);

        public async Task RunAsync()
        {
            string folder = Directory.CreateTempSubdirectory("gpu").FullName;
            string file = Path.Combine(folder, "program");
            await File.WriteAllBytesAsync(file, GpuProgramCodec.Encode(program));
            string output = program.Buffers.First(static b => b.Output.Length > 0).Output;
            await Walls.ProbeAsync(CancellationToken.None);
            long start = Stopwatch.GetTimestamp();
            NativeReport report = await new GpuExecutor(Walls, Command).RunAsync(
                new GpuRunSpec { ProgramPath = file, Device = device, OutputFolder = folder }, CancellationToken.None);
            _whole.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (report.Outcome != TaskOutcome.Ok) throw new SuiteException(report.Text);
            await AddAsync(_inside, report.ErrorTail, report.Outputs.Single().Path);

            start = Stopwatch.GetTimestamp();
            string said = await PlainAsync(folder, file);
            _wholeOutside.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await AddAsync(_outside, said, Path.Combine(folder, output));
            Directory.Delete(folder, recursive: true);
        }

        private async Task AddAsync(List<double> times, string said, string output)
        {
            if (!isRight(await File.ReadAllBytesAsync(output))) throw new SuiteException($"{device.Model} computes wrongly");
            times.Add((GpuTimes.Read(said) ?? throw new SuiteException("no times: " + said)).RestMicros);
        }

        private async Task<string> PlainAsync(string folder, string file)
        {
            string[] start = Command.Runtime is null ? [Command.Program] : [Command.Runtime, "exec", Command.Program];
            DevicePlace place = device.OpenClPlace!;
            string[] arguments =
            [
                .. start[1..], GpuChild.Verb, GpuChild.RunWord, program.Language.ToString(), $"{Text(place.Platform)}/{Text(place.Device)}",
                device.OpenClName, file, "0", Text(long.MaxValue),
            ];
            using Process process = Process.Start(new ProcessStartInfo(start[0], arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
            string said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? said : throw new SuiteException($"the child outside ended with {process.ExitCode}");
        }

        private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
