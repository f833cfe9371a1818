// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo;
using PeerCompute.Cli.Demo.Sales;
using PeerCompute.Client.Jobs;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Cli.Tests.Demo;

/// <summary>The demo's second job: 200 000 rows of CSV in 16 parts, against awk and SQLite, which know nothing of it.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class SalesTest
{
    private const ulong Seed = 20_260_101;
    private const long MostFuel = 350_000_000; // of the 800 M that the demo may take; the built module took 307 M

    private const string Query = "select region, category, count(*), sum(quantity), sum(quantity * cents), min(quantity * cents), max(quantity * cents) "
        + "from s group by 1, 2 order by 1, 2";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("pc-sales-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task All_parts_together_give_the_table_of_awk_and_of_sqlite_for_little_fuel()
    {
        var sales = SalesJob.Prepare(_folder, Seed);
        var job = JobFile.Read(sales.JobFile);
        using var engine = new Engine();
        var parts = await engine.RunAsync(job, [.. Enumerable.Range(0, (int)job.Tasks).Select(i => (uint)i)]);
        Assert.That(parts.Select(p => p.Report.Outcome), Is.All.EqualTo(TaskOutcome.Ok), parts[0].Report.Text);
        var fuel = parts.Sum(p => p.Report.Fuel);
        TestContext.Out.WriteLine($"{fuel} units of fuel, the dearest part {parts.Max(p => p.Report.Fuel)}");
        var table = SalesTable.Combine(string.Concat(parts.Select(p => p.Text)));
        var (awk, reason) = await sales.CheckAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(job.Tasks, Is.GreaterThanOrEqualTo(16));
            Assert.That(fuel, Is.LessThanOrEqualTo(MostFuel));
            Assert.That((table.Rows, table.Groups), Is.EqualTo((SalesInput.Rows, 96)));
            Assert.That(awk, Is.EqualTo(table.ToString()), reason);
        });
        if (Tools.Find("sqlite3") is { } sqlite)
        {
            var rows = await Tools.OutputAsync(sqlite, ["-csv", ":memory:", $".import {sales.Input} s", Query], "", CancellationToken.None);
            Assert.That(rows.ReplaceLineEndings("\n"), Is.EqualTo(table.ToString()[(table.ToString().IndexOf('\n') + 1)..]));
        }
    }

    [Test]
    public async Task The_generator_is_the_one_that_awk_has([Values(0ul, 1ul, 2_147_483_646ul, 4_503_599_627_370_497ul)] ulong seed)
    {
        Assume.That(Tools.Find("awk"), Is.Not.Null, "awk is not on the PATH");
        var theirs = await Tools.OutputAsync(
            Tools.Find("awk")!, ["-v", $"seed={seed}", "-v", "rows=2000", "-f", Tool.Sample("csv", "generate.awk")], "", CancellationToken.None);
        using var ours = new MemoryStream();
        SalesInput.Write(ours, seed, 2000);
        Assert.That(Encoding.ASCII.GetString(ours.ToArray()), Is.EqualTo(theirs));
    }

    [Test]
    public void Parts_combine_to_sums_and_bounds_sorted_by_bytes()
    {
        var table = SalesTable.Combine("b,x,1,2,30,30,30\na,x,1,-1,-5,-5,-5\na,x,2,3,50,10,40\nB,x,1,1,1,1,1\n");
        Assert.That(table.ToString(), Is.EqualTo(
            "region,category,rows,quantity,cents,least,most\nB,x,1,1,1,1,1\na,x,3,2,45,-5,40\nb,x,1,2,30,30,30\n"));
    }

    [TestCase("a,x,1,2,3,4")]
    [TestCase("a,x,1,2,3,4,five")]
    [TestCase("a,x,1,2,3,4,5,6")]
    public void What_is_no_part_is_refused(string line) =>
        Assert.That(() => SalesTable.Combine(line), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.BadInput));

    [TestCase("time,region,category,quantity,cents\n", "")]
    [TestCase("", "")]
    [TestCase("1,a,x,2,30\n2,a,x,-1,7\n", "a,x,2,1,53,-7,60\n")]
    [TestCase("1,a,x,2,30\n2,a,x,1", null)]
    [TestCase("1,a,x,2\n", null)]
    [TestCase("1,a\n", null)]
    [TestCase("1,a,x,2,3.5\n", null)]
    [TestCase("1,a,x,2,1234567890\n", null)]
    [TestCase("one,a,x,2,30\n", null)]
    [TestCase("1,a,x,,30\n", null)]
    public async Task The_program_adds_up_what_has_the_form_and_refuses_what_has_not(string input, string? part)
    {
        var sales = new SalesJob(_folder);
        File.Copy(Tool.Sample("csv", "sales.wasm"), Path.Combine(_folder, "sales.wasm"));
        File.Copy(Tool.Sample("csv", "job.yaml"), sales.JobFile);
        await File.WriteAllTextAsync(sales.Input, input);
        using var engine = new Engine();
        var job = JobFile.Read(sales.JobFile) with { Tasks = 1 };
        var result = (await engine.RunAsync(job, 0)).Single();
        if (part is null) Assert.That((result.Report.ExitCode, result.Report.Text), Is.EqualTo((2, result.Report.Text)));
        else Assert.That(result.Text, Is.EqualTo(part));
    }

    [Test]
    [Category("Slow")]
    public async Task The_module_builds_from_its_source_and_the_build_does_the_same()
    {
        Assume.That(Directory.Exists("/usr/lib/rustlib/wasm32-wasi"), "libstd-rust-dev-wasm32 is not installed");
        var sales = SalesJob.Prepare(_folder, Seed);
        var job = JobFile.Read(sales.JobFile);
        var built = Path.Combine(_folder, "built.wasm");
        await Tools.OutputAsync("/bin/sh", [Tool.Sample("csv", "build.sh"), built], "", CancellationToken.None);
        using var engine = new Engine();
        var (kept, fresh) = (await engine.RunAsync(job, 3), await engine.RunAsync(job with { Module = built }, 3));
        Assert.That(fresh.Single().Hash, Is.EqualTo(kept.Single().Hash));
    }
}
