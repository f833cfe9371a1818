// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>
/// The kernels of a folder: each C file, built by clang -O2 for this machine and as a module, on both engines of ours with fuel, on V8 and natively, in turns;
/// medians of processor time, which other work on the machine disturbs less than elapsed time. A wrong checksum ends the suite.
/// </summary>
internal static class KernelSuite
{
    private const int WarmUps = 2;
    private const int Rounds = 5;

    public static IReadOnlyList<Figure> Run(string kernels)
    {
        if (!Directory.Exists(kernels)) throw new SuiteException($"{kernels} is no folder: --kernels names one with a C file for each kernel");
        var sources = Directory.GetFiles(kernels, "*.c").Order(StringComparer.Ordinal).ToList();
        if (sources.Count == 0) throw new SuiteException($"{kernels} has no C file");
        var folder = Directory.CreateTempSubdirectory("kernels-").FullName;
        try
        {
            var figures = new List<Figure>();
            foreach (var source in sources) figures.AddRange(Measure(source, folder));
            figures.AddRange(Sum(figures, "native"));
            figures.AddRange(Sum(figures, "v8"));
            return figures;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static IEnumerable<Figure> Measure(string source, string folder)
    {
        var name = Path.GetFileNameWithoutExtension(source);
        var file = KernelBuild.Module(source, folder);
        var bytes = File.ReadAllBytes(file);
        WasmModule parse() => WasmModule.Parse(bytes, WasmLimits.Default);
        using var native = new ChildKernel("native", KernelBuild.Native(source, folder));
        using var v8 = new ChildKernel("v8", "node", WasmSuite.Driver("v8.mjs"), file);
        var module = parse();
        using var compiler = new EngineKernel("compiler", module, WasmEngine.Compiler);
        using var interpreter = new EngineKernel("interpreter", parse(), WasmEngine.Interpreter);

        var compiling = CompileTime.Measure(name, module, () => compiler.Run(false)).ToList();
        KernelRun[] all = [native, v8, compiler, interpreter];
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            foreach (var run in all.Where(r => r != interpreter || round >= WarmUps + 2)) run.Run(round >= WarmUps);
        }

        foreach (var run in all.Where(r => r.Checksum != native.Checksum))
        {
            throw new SuiteException($"{name}: {run.Name} answers {run.Checksum}, native {native.Checksum}");
        }

        yield return new Figure($"{name}: compiler against native", compiler.Seconds * 1e3, "ms", native.Seconds * 1e3, "lower");
        yield return new Figure($"{name}: compiler against v8", compiler.Seconds * 1e3, "ms", v8.Seconds * 1e3, "lower");
        yield return new Figure($"{name}: interpreter against native", interpreter.Seconds * 1e3, "ms", native.Seconds * 1e3, "lower");
        yield return compiling[0];
        yield return compiling[1];
    }

    private static IEnumerable<Figure> Sum(List<Figure> figures, string baseline)
    {
        var measured = figures.Where(f => f.Name.EndsWith($": compiler against {baseline}", StringComparison.Ordinal)).ToList();
        var worst = measured.MaxBy(f => f.Ratio)!;
        var mean = Math.Exp(measured.Average(f => Math.Log(f.Ratio!.Value)));
        yield return new Figure($"geometric mean of {measured.Count} against {baseline}", mean, "x", null, "lower");
        yield return new Figure($"worst against {baseline}: {worst.Name.Split(':')[0]}", worst.Ratio!.Value, "x", null, "lower");
    }
}
