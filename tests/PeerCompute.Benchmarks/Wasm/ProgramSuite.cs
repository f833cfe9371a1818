// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using PeerCompute.Wasm;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>
/// Two programs of docs/samples/programs: zlib's minigzip on the sources of this house, SQLite's shell on a table of its own making; against the same
/// sources built by clang -O2 for this machine and against the module on V8, in turns; medians of processor time. Outputs must be equal to the byte.
/// </summary>
internal static class ProgramSuite
{
    private const int WarmUps = 2;
    private const int Rounds = 5;
    private const string Text = "text";

    private const string Sql = """
        create table t(a integer primary key, b int, c text);
        with recursive n(i) as (select 1 union all select i+1 from n where i<200000) insert into t select i, (i*7919)%10007, 'x'||(i*31%1009) from n;
        create index tb on t(b);
        select count(*), sum(b), max(c) from t;
        select b%10, count(*), avg(a) from t group by 1 order by 1;
        select count(*) from t x join t y on x.b=y.b where x.a<20000;
        select c, count(*) from t group by c order by 2 desc, 1 limit 5;
        """;

    /// <summary>Measures what is built, or can be built here; says on standard error why not.</summary>
    public static IEnumerable<Figure> Run(string root)
    {
        var built = Path.Combine(root, "docs", "samples", "programs", "built");
        if (!Build(root, built)) return [];
        var folder = Directory.CreateTempSubdirectory("programs-").FullName;
        try
        {
            var text = Sources(root);
            File.WriteAllBytes(Path.Combine(folder, Text), text);
            return [.. Measure("minigzip", built, folder, text, ["-9", "-c", Text]), .. Measure("sqlite3", built, folder, text, [":memory:", Sql])];
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static IEnumerable<Figure> Measure(string name, string built, string folder, byte[] text, string[] arguments)
    {
        var file = Path.Combine(built, name + ".wasm");
        var module = WasmModule.Parse(File.ReadAllBytes(file), WasmLimits.Default);
        string program = Path.Combine(built, name + ".native"), output = Path.Combine(folder, "out.");
        using var native = new ChildKernel("native", "bash", [WasmSuite.Driver("program.sh"), folder, output + "native", program, .. arguments]);
        using var v8 = new ChildKernel("v8", "node", ["--no-warnings", WasmSuite.Driver("program.mjs"), file, folder, output + "v8", .. arguments]);
        using var compiler = new EngineProgram("compiler", module, WasmEngine.Compiler, (Text, text), arguments);
        var compiling = CompileTime.Measure(name, module, () => compiler.Run(false));
        KernelRun[] all = [native, v8, compiler];
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            foreach (var run in all) run.Run(round >= WarmUps);
        }

        foreach (var run in all.Where(r => r.Checksum != native.Checksum))
        {
            throw new SuiteException($"{name}: what {run.Name} writes has the hash {run.Checksum}, native {native.Checksum}");
        }

        return
        [
            new Figure($"{name}: program, compiler against native", compiler.Seconds * 1e3, "ms", native.Seconds * 1e3, "lower"),
            new Figure($"{name}: program, compiler against v8", compiler.Seconds * 1e3, "ms", v8.Seconds * 1e3, "lower"),
            .. compiling,
        ];
    }

    /// <summary>Every source file in <c>src</c>, in the order of their names.</summary>
    private static byte[] Sources(string root)
    {
        var all = new MemoryStream();
        foreach (var file in Directory.GetFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            all.Write(File.ReadAllBytes(file));
        }

        return all.ToArray();
    }

    private static bool Build(string root, string built)
    {
        if (((string[])["minigzip.wasm", "minigzip.native", "sqlite3.wasm", "sqlite3.native"]).All(file => File.Exists(Path.Combine(built, file)))) return true;
        var start = new ProcessStartInfo("bash", [Path.Combine(root, "docs", "samples", "programs", "build.sh"), built, "minigzip", "sqlite3"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NATIVE"] = "1";
        using var build = Process.Start(start)!;
        var said = new StringBuilder();
        build.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        build.BeginErrorReadLine();
        build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0) Console.Error.WriteLine($"programs are left out: docs/samples/programs/build.sh ended with {build.ExitCode}: {said}");
        return build.ExitCode == 0;
    }
}
