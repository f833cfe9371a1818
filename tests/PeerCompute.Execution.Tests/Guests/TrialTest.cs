// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Protocol;
using PeerCompute.Wasm;

namespace PeerCompute.Execution.Tests.Guests;

/// <summary>Wherever a trial ends, a task comes out as if there had been none: report and files to the byte.</summary>
[TestFixture]
internal sealed class TrialTest
{
    private static IEnumerable<TestCaseData> Tasks()
    {
        yield return Task("raytrace", Samples.RayTracer, "tile.ppm", ["scene.txt", "tile.ppm", "--tile", "3", "--of", "24"]);
        yield return Task("copies its input", Samples.Misc("readinput"), "copy", ["scene.txt", "copy"]);
        yield return Task("writes more than it may", Samples.Misc("bigfile"), "big.bin", []);
        yield return Task("prints more than it may", Samples.Misc("flood"), "", []);
        yield return Task("takes more memory than it may", Samples.Misc("eatmem"), "", []);
        yield return Task("traps", Samples.Misc("trap"), "", []);
        yield return Task("never ends", Samples.Misc("loop"), "", []);
    }

    [TestCaseSource(nameof(Tasks))]
    public void A_task_that_outlives_its_trial_ends_as_if_it_had_had_none(string program, string output, string[] arguments)
    {
        WasmModule module = WasmModule.Parse(File.ReadAllBytes(program), new WasmLimits());
        (DoneMessage done, string files) compiled = Run(module, 0, output, arguments);
        long fuel = compiled.done.Fuel;
        Assert.That(fuel, Is.GreaterThan(1));
        foreach (long trial in new[] { 1, 1 + (fuel / 3), fuel / 2, fuel - 1, fuel, fuel + 1, long.MaxValue }.Distinct())
        {
            (DoneMessage done, string files) tried = Run(module, trial, output, arguments);
            Assert.That(Result(tried.done), Is.EqualTo(Result(compiled.done)), $"{tried.done} after a trial of {trial}, not {compiled.done}");
            Assert.That(tried.files, Is.EqualTo(compiled.files), $"files after a trial of {trial}");
        }
    }

    [Test]
    public void A_trial_grows_with_the_program_and_ends_once_the_module_is_compiled()
    {
        WasmModule small = WasmModule.Parse(File.ReadAllBytes(Samples.Misc("noop")), new WasmLimits());
        WasmModule large = WasmModule.Parse(File.ReadAllBytes(Samples.RayTracer), new WasmLimits());
        Assert.That(Trial.Fuel(small), Is.LessThan(Trial.Fuel(large)).And.GreaterThan(0));
        Run(large, 1, "tile.ppm", ["scene.txt", "tile.ppm", "--tile", "3", "--of", "24"]);
        Assert.That(Trial.Fuel(large), Is.Zero);
    }

    [Test]
    public void A_module_is_compiled_in_the_first_task_that_outlives_its_trial_and_in_no_later_one()
    {
        WasmModule module = WasmModule.Parse(File.ReadAllBytes(Samples.Misc("noop")), new WasmLimits());
        var open = new OpenMessage { Outputs = Path.GetTempPath(), MemoryBytes = 1 << 20, Fuel = 1_000_000, OutputBytes = 1 };
        string folder = Directory.CreateTempSubdirectory("task").FullName;
        long trial = long.MaxValue;
        var runner = new GuestRunner(open, module, _ => trial);
        DoneMessage Next() => runner.Run(new RunMessage { Folder = Path.GetFileName(folder) }, _ => { });
        DoneMessage interpreted = Next();
        trial = 0;
        DoneMessage first = Next();
        List<DoneMessage> later = [Next(), Next(), Next(), Next()];
        Directory.Delete(folder, recursive: true);
        Assert.Multiple(() =>
        {
            Assert.That((interpreted.End, interpreted.CodeBytes), Is.EqualTo((GuestEnd.Exited, 0)));
            Assert.That(first.End, Is.EqualTo(GuestEnd.Exited));
            Assert.That(first.CodeBytes, Is.GreaterThan(10_000));
            Assert.That(first.CompileMicros, Is.GreaterThan(0));
            Assert.That(first.Interpreted, Is.Zero);
            Assert.That(later.Select(done => done.CodeBytes), Is.All.EqualTo(first.CodeBytes));
            Assert.That(later.Select(done => done.CompileMicros), Has.Some.Zero, "whatever of the host is first called in a second task");
        });
    }

    /// <summary>What ended, without what the way there took.</summary>
    private static byte[] Result(DoneMessage done) => (done with { CompileMicros = 0, CpuMicros = 0, CodeBytes = 0, Interpreted = 0 }).Encode();

    private static TestCaseData Task(string name, string program, string output, string[] arguments) =>
        new TestCaseData(program, output, arguments).SetArgDisplayNames(name);

    private (DoneMessage Done, string Files) Run(WasmModule module, long trial, string output, string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("task").FullName;
        try
        {
            var open = new OpenMessage
            {
                Outputs = Path.GetDirectoryName(folder)!,
                Inputs = [("scene.txt", Samples.Scene)],
                MemoryBytes = 64 << 20,
                Fuel = 30_000_000,
                OutputBytes = 1 << 20,
            };
            var task = new RunMessage { Folder = Path.GetFileName(folder), Arguments = arguments, Outputs = output.Length > 0 ? [output] : [] };
            DoneMessage done = new GuestRunner(open, module, _ => trial).Run(task, _ => { });
            IEnumerable<string> files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Hash(file)}");
            return (done, string.Join('\n', files));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
