// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>
/// The interpreter on the ray tracer of docs/samples, against the same source built for this machine. Elapsed time, the best of several rounds
/// for each tile, so that a busy machine disturbs little.
/// </summary>
internal static class WasmSuite
{
    /// <summary>Pages of 64 KiB granted to every kernel and program.</summary>
    public const int MaxPages = 32_768;

    private const int Tiles = 24;
    private const int Step = 4;
    private const int Rounds = 5;

    /// <summary>The kernels of a folder, with <c>--kernels DIR</c> of that one and nothing else; then two programs, with
    /// <c>--programs</c> nothing else; then the ray tracer.</summary>
    public static IEnumerable<Figure> Run(string[] args)
    {
        var asked = Array.IndexOf(args, "--kernels");
        if (asked == args.Length - 1 && asked >= 0) throw new SuiteException("--kernels needs a folder");
        var kernels = asked >= 0 ? args[asked + 1] : Path.Combine(Root(), "tests", "PeerCompute.Benchmarks", "wasm");
        var programs = args.Contains("--programs");
        var measuring = new TaskCompletionSource<IReadOnlyList<Figure>>();
        var thread = new Thread(
            () =>
            {
                try
                {
                    measuring.SetResult([.. programs ? [] : KernelSuite.Run(kernels), .. asked >= 0 ? [] : ProgramSuite.Run(Root())]);
                }
                catch (Exception e)
                {
                    measuring.SetException(e);
                }
            },
            (int)WasmStack.BytesFor(EngineKernel.FrameUnits) + (1 << 20));
        thread.Start();
        var measured = measuring.Task.GetAwaiter().GetResult();
        return asked >= 0 || programs ? measured : measured.Concat(RayTracer());
    }

    /// <summary>A file of Wasm/Drivers.</summary>
    public static string Driver(string name) => Path.Combine(Root(), "tests", "PeerCompute.Benchmarks", "Wasm", "Drivers", name);

    private static IEnumerable<Figure> RayTracer()
    {
        var folder = Sample();
        var bytes = File.ReadAllBytes(Path.Combine(folder, "raytrace.wasm"));
        var module = WasmModule.Parse(bytes, WasmLimits.Default);
        var parsing = Best(() => WasmModule.Parse(bytes, WasmLimits.Default));
        yield return new Figure("module: decode, validate, translate", bytes.Length / parsing / 1e6, "MB/s");

        var scene = File.ReadAllBytes(Path.Combine(folder, "scene.txt"));
        long fuel = 0;
        double seconds = 0;
        for (var tile = 0; tile < Tiles; tile += Step)
        {
            long used = 0;
            seconds += Best(() => used = Render(module, scene, tile));
            fuel += used;
        }

        var native = Native(folder);
        yield return new Figure("ray tracer: speed of the interpreter", fuel / seconds / 1e6, "M fuel/s", fuel / native / 1e6);
        yield return new Figure("ray tracer: 6 of 24 tiles", seconds, "s", native, "lower");
        yield return new Figure("ray tracer: fuel of 6 of 24 tiles", fuel / 1e6, "M", null, "lower");
    }

    private static double Best(Action action)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            action();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return best;
    }

    private static string[] Arguments(string scene, int tile) =>
        [scene, "tile.ppm", "--tile", tile.ToString(CultureInfo.InvariantCulture), "--of", Tiles.ToString(CultureInfo.InvariantCulture)];

    private static long Render(WasmModule module, byte[] scene, int tile)
    {
        var files = new MemoryGuestFiles(16 << 20);
        files.Put("scene.txt", scene, true);
        var exit = WasiProgram.Run(module, new WasiOptions { Args = ["raytrace", .. Arguments("scene.txt", tile)], Files = files });
        return exit.ExitCode == 0 ? exit.FuelUsed : throw new InvalidOperationException($"the ray tracer ended with {exit}");
    }

    /// <summary>Seconds that the same tiles take as machine code, or null without clang.</summary>
    private static double? Native(string folder)
    {
        var place = Directory.CreateTempSubdirectory("native-").FullName;
        try
        {
            var program = Path.Combine(place, "raytrace");
            Execute("clang", ["-O3", "-std=c11", "-ffp-contract=off", "-o", program, Path.Combine(folder, "raytrace.c"), "-lm"], place);
            double seconds = 0;
            for (var tile = 0; tile < Tiles; tile += Step)
            {
                seconds += Best(() => Execute(program, Arguments(Path.Combine(folder, "scene.txt"), tile), place));
            }

            return seconds;
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            Directory.Delete(place, true);
        }
    }

    private static void Execute(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
        }
    }

    private static string Sample() => Path.Combine(Root(), "docs", "samples", "raytrace");

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "PeerCompute.sln")))
        {
            root = root.Parent;
        }

        return root?.FullName ?? ".";
    }
}
