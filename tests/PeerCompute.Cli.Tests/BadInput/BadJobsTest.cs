// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>Programs that misbehave, one after another through the same client and worker: each ends told, and both nodes go on.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class BadJobsTest
{
    private Pair _pair = null!;
    private Tool _tool = null!;

    [OneTimeSetUp]
    public async Task StartPair()
    {
        (_pair, _tool) = (new Pair(), new Tool());
        await _pair.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopPair()
    {
        _tool.Dispose();
        await _pair.DisposeAsync();
    }

    [TearDown]
    public async Task BothGoOn()
    {
        Assert.That(_pair.Worker.HasExited, Is.False, _pair.Worker.Said());
        Assert.That(_pair.Client.HasExited, Is.False, _pair.Client.Said());
        await _pair.AcceptedAsync(await _pair.SubmitAsync(1, 1), "a good job after a bad one");
    }

    [TestCase("trap", "the program trapped: unreachable; run it on this input", "look at the end of its standard error")]
    [TestCase("loop", "used all its fuel, 10000000", "raise limits.fuel")]
    [TestCase("eatmem", "reached its memory limit of 2097152 bytes", "raise limits.memory")]
    [TestCase("flood", "more than its output limit of 65536 bytes", "raise limits.output")]
    [TestCase("bigfile", "more than its output limit of 65536 bytes", "raise limits.output")]
    [TestCase("passwd", "ended with exit code 6", "standard error")]
    [TestCase("socket", "ended with exit code 8", "standard error")]
    [TestCase("fork", "the module is refused: ", "env.fork")]
    public async Task A_bad_program_ends_its_job_with_cause_and_remedy(string program, string cause, string remedy)
        => await FailedAsync(Sample(program), "limits: {memory: 2MiB, fuel: 10M, wall: 60s, output: 64KiB}", "task 0: ", cause, remedy);

    [Test]
    public async Task A_program_that_never_ends_is_stopped_by_the_clock_where_fuel_is_plenty()
        => await FailedAsync(Sample("loop"), "limits: {memory: 2MiB, fuel: 1T, wall: 300ms, output: 64KiB}", "wall-clock limit of 0.3 s", "raise limits.wall");

    [Test]
    public async Task An_output_that_is_never_written_is_missed_by_name()
        => await FailedAsync(Sample("noop"), "outputs: [picture.ppm]", "wrote no file 'picture.ppm'", "outputs in the job file");

    [Test]
    public async Task A_file_that_is_no_module_is_refused()
        => await FailedAsync(Module("text.wasm", "#!/bin/sh\n"u8), "", "the module is refused: ", "wasm32-wasi");

    [Test]
    public async Task A_module_that_does_not_validate_is_refused()
    {
        // (func (export "_start") i32.add): two operands are missing.
        byte[] bytes = [.. Head, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 10, 1, 6, .. "_start"u8, 0, 0, 10, 5, 1, 3, 0, 0x6A, 0x0B];
        await FailedAsync(Module("invalid.wasm", bytes), "", "the module is refused: ", "docs/wasm.md");
    }

    [Test]
    public async Task A_module_that_is_cut_short_is_refused()
    {
        var whole = await File.ReadAllBytesAsync(Sample("noop"));
        await FailedAsync(Module("short.wasm", whole.AsSpan(0, whole.Length / 2)), "", "the module is refused: ", "docs/wasm.md");
    }

    [Test]
    public async Task A_module_that_imports_an_unknown_function_is_refused_by_the_functions_name()
    {
        var (from, name) = ("wasi_snapshot_preview1"u8.ToArray(), "proc_fork"u8.ToArray());
        byte[] import = [1, (byte)from.Length, .. from, (byte)name.Length, .. name, 0, 0];
        byte[] bytes =
        [
            .. Head, 1, 4, 1, 0x60, 0, 0, 2, (byte)import.Length, .. import, 3, 2, 1, 0, 5, 3, 1, 0, 1,
            7, 19, 2, 6, .. "memory"u8, 2, 0, 6, .. "_start"u8, 0, 1, 10, 4, 1, 2, 0, 0x0B,
        ];
        await FailedAsync(Module("unknown.wasm", bytes), "", "the module is refused: ", "proc_fork");
    }

    [Test]
    public async Task A_module_that_is_not_there_is_found_before_anything_is_sent()
    {
        var answer = await RunAsync(Path.Combine(_tool.Home, "none.wasm"), "");
        Assert.That(answer.ExitCode, Is.EqualTo(65), answer.Error);
        Assert.That(answer.Error, Does.Match(@"error: job\.yaml:2:\d+: module: ").And.Contain("none.wasm"));
    }

    [TestCase("name: [", 2)]
    [TestCase("name: a\n\tmodule: b", 1)]
    [TestCase("name: a\nname: b\n", 2)]
    [TestCase("name: a\nmodul: noop.wasm\n", 2)]
    [TestCase("name: &x a\nmodule: *x\n", 1)]
    [TestCase("- a\n- b\n", 1)]
    [TestCase("", 1)]
    public async Task A_malformed_job_file_is_refused_at_its_line(string yaml, int line)
    {
        var answer = await _tool.RunAsync("run", _tool.File("job.yaml", yaml), "-o", "out", "--home", _pair.Client.Home);
        Assert.That(answer.ExitCode, Is.EqualTo(65), answer.Error);
        Assert.That(answer.Error, Does.Match(string.Create(CultureInfo.InvariantCulture, $@"(?m)^error: job\.yaml:{line}:\d+: \S")));
        Assert.That(answer.Error, Does.Not.Contain("   at "), "no stack traces");
    }

    private static byte[] Head => [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0];

    private static string Sample(string name) => Path.Combine(Pair.Root(), "docs", "samples", "misc", name + ".wasm");

    private string Module(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_tool.Home, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private async Task FailedAsync(string module, string terms, params string[] told)
    {
        var answer = await RunAsync(module, terms);
        Assert.That(answer.ExitCode, Is.EqualTo(2), answer.Error + answer.Output);
        Assert.That((string?)answer.Json["state"], Is.EqualTo("failed"));
        Assert.That(answer.Error, Does.Contain("error: the job ended failed: "));
        foreach (var words in told) Assert.That(answer.Error, Does.Contain(words));
        Assert.That((string?)answer.Json["failure"]!["cause"], Is.Not.Empty);
        Assert.That((ulong)answer.Json["counts"]!["accepted"]!, Is.Zero);
        Assert.That((string?)answer.Json["receipt"], Is.Null.Or.Empty);
    }

    private async Task<Tool.Answer> RunAsync(string module, string terms)
    {
        var yaml = new StringBuilder().AppendLine("name: bad").AppendLine(CultureInfo.InvariantCulture, $"module: {module}").AppendLine("tasks: 1")
            .AppendLine(terms).ToString();
        var address = string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{_pair.Port}/p2p/{_pair.Worker.PeerId}");
        return await _tool.RunAsync("run", _tool.File("job.yaml", yaml), "-o", "out", "--to", address, "--home", _pair.Client.Home, "--json");
    }
}
