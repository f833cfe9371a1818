// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>The samples of docs/samples that are native programs, as their pages say; the long ones with <c>tests/run --long</c>.</summary>
public sealed partial class NativeJobTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [TestCase(3, 5)]
    [TestCase(24, 200, Category = "Long")]
    public async Task The_sample_of_a_sweep_trains_with_each_set_of_parameters(int tasks, int epochs)
    {
        Need("/usr/bin/python3", "python3");
        var run = await SampleAsync("sweep", text => text.Replace("tasks: 24", $"tasks: {tasks}", StringComparison.Ordinal)
            .Replace("\"200\"", $"\"{epochs}\"", StringComparison.Ordinal));
        AgreedByTwo(run.Json);
        var rows = (await File.ReadAllLinesAsync(Result("sweep.csv"))).Select(static row => row.Split(',')).ToList();
        Assert.That(rows.Select(static row => (row[0], row[1])).Distinct().Count(), Is.EqualTo(tasks));
        if (tasks < 24) return;
        var right = rows.Select(static row => double.Parse(row[3], CultureInfo.InvariantCulture)).ToList();
        Assert.That((right.Max(), right.Min()), Is.EqualTo((1, 0.5)).Within(0.2), "a good set learns the spirals, a bad one does not");
        Assert.That(await HereAsync("/usr/bin/python3", "plot.py", Result("sweep.csv"), Result("sweep.png")), Does.StartWith("best: "));
    }

    [Test]
    [Category("Long")]
    public async Task The_sample_of_embeddings_gives_titles_of_the_same_goods_vectors_that_are_alike()
    {
        Need("/usr/bin/node", "nodejs");
        await HereAsync("/bin/bash", Tool.Sample("embedding", "build.sh"), Path.Combine(_tool.Home, "runtime"));
        _tool.File("titles.txt", await HereAsync("/bin/sh", Tool.Sample("embedding", "generate.sh")));
        var run = await SampleAsync("embedding");
        AgreedByTwo(run.Json);
        var pairs = (await HereAsync("/usr/bin/node", Tool.Sample("embedding", "match.mjs"), "titles.txt", Result("vectors.txt"))).Trim().Split('\n');
        Assert.That(pairs, Has.Length.EqualTo(120));
        var found = pairs.Count(static pair => pair.Split(' ').Select(static word => new string([.. word.Where(char.IsAsciiDigit)]))
            .Where(static digits => digits.Length == 4).Skip(1).Distinct().Count() == 1);
        Assert.That(found, Is.GreaterThan(80), "by chance it would be one");
    }

    [Test]
    [Category("Long")]
    public async Task The_sample_of_pages_reads_what_stands_on_them()
    {
        Need("/usr/bin/tesseract", "tesseract-ocr");
        await HereAsync("/bin/sh", Tool.Sample("ocr", "generate.sh"));
        var run = await SampleAsync("ocr");
        AgreedByTwo(run.Json);
        Assert.That(await File.ReadAllTextAsync(Result("text.txt")), Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "pages.txt"))));
    }

    [Test]
    [Category("Long")]
    public async Task The_sample_of_Blender_renders_frames_that_are_alike_on_two_workers()
    {
        Need("/usr/bin/blender", "blender");
        var run = await SampleAsync("blender", static text => text.Replace("tasks: 8", "tasks: 2", StringComparison.Ordinal));
        AgreedByTwo(run.Json);
        var frames = Enumerable.Range(0, 2).Select(task => File.ReadAllBytes(Result("tasks", $"{task}", "frame.png"))).ToList();
        Assert.That(frames[0], Has.Length.GreaterThan(20_000).And.Not.EqualTo(frames[1]));
    }

    [Test]
    [Category("Long")]
    public async Task The_sample_of_Open_MPI_computes_with_four_processes_what_one_computes()
    {
        Need("/usr/bin/mpirun.openmpi", "openmpi-bin");
        Need("/usr/bin/mpicc.openmpi", "libopenmpi-dev");
        await HereAsync("/bin/sh", Tool.Sample("mpi", "build.sh"), Path.Combine(_tool.Home, "bin"));
        var run = await SampleAsync("mpi");
        AgreedByTwo(run.Json);
        await HereAsync(Path.Combine(_tool.Home, "bin", "heat"), "20000", "3", Path.Combine(_tool.Home, "alone.pgm"));
        var alone = await File.ReadAllBytesAsync(Path.Combine(_tool.Home, "alone.pgm"));
        Assert.That(await File.ReadAllBytesAsync(Result("tasks", "3", "plate.pgm")), Is.EqualTo(alone));
    }

    /// <summary>Runs a sample's job among copies of its files.</summary>
    private async Task<Tool.Answer> SampleAsync(string name, Func<string, string>? change = null)
    {
        foreach (var file in Directory.GetFiles(Tool.Sample(name))) File.Copy(file, Path.Combine(_tool.Home, Path.GetFileName(file)), overwrite: true);
        var text = await File.ReadAllTextAsync(Path.Combine(Tool.Sample(name), "job.yaml"));
        var to = _workers.SelectMany(static worker => (string[])["--to", worker.Address]);
        var job = _tool.File("job.yaml", change is null ? text : change(text));
        using var process = _tool.Start(["run", job, "-o", "out", "--home", _client.Home, "--json", .. to]);
        var run = await Tool.EndOfAsync(process, Patience);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run;
    }

    /// <summary>Runs a program in the test's folder; what it printed.</summary>
    private async Task<string> HereAsync(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args)
        {
            WorkingDirectory = _tool.Home, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output;
    }

    private string Result(params string[] path) => Path.Combine([_tool.Home, "out", .. path]);
}
