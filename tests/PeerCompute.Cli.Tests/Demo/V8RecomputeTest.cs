// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Demo;
using PeerCompute.Cli.Demo.Sales;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Cli.Tests.Demo;

/// <summary>V8 and our engine give the same bundle.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class V8RecomputeTest
{
    private string _folder = "";

    [SetUp]
    public void NeedsNode()
    {
        Assume.That(Tools.Find("node"), Is.Not.Null, "Node is not installed");
        _folder = Directory.CreateTempSubdirectory("pc-v8-").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = "";
    }

    [Test]
    public async Task A_tile_of_the_picture_has_the_same_hash_in_V8([Random(0u, 23u, 1)] uint tile) =>
        await SameAsync(JobFile.Read(Tool.Sample("raytrace", "job.yaml")), tile);

    [Test]
    public async Task A_part_of_the_sales_has_the_same_hash_in_V8([Random(0u, 15u, 1)] uint part) =>
        await SameAsync(JobFile.Read(SalesJob.Prepare(_folder, part).JobFile), part);

    [Test]
    public async Task Standard_output_arguments_environment_and_exit_code_are_part_of_it()
    {
        await SameAsync(Job("hello", ["ü {index} of {count}"], []), 1);
        await SameAsync(Job("exit", ["code"], []), 0);
    }

    [Test]
    public async Task What_cannot_be_run_there_is_a_reason_and_no_hash()
    {
        var chance = await V8Recompute.RunAsync(Job("chance", [], []), 0, CancellationToken.None);
        var trap = await V8Recompute.RunAsync(Job("exit", ["abort"], []), 0, CancellationToken.None);
        var silent = await V8Recompute.RunAsync(Job("hello", [], ["none.txt"]), 0, CancellationToken.None);
        var folder = await V8Recompute.RunAsync(Job("copy", ["in", "out.txt"], ["out.txt"]), 0, CancellationToken.None);
        var none = await V8Recompute.RunAsync(Job("none", [], []), 0, CancellationToken.None);
        Assert.Multiple(() =>
        {
            foreach (var answer in new[] { chance, trap, silent, folder, none }) Assert.That(answer.Output, Is.Null, answer.Reason);
            Assert.That(chance.Reason, Does.Contain("random_get").Or.Contain("clock_time_get"));
            Assert.That(trap.Reason, Does.Contain("unreachable"));
            Assert.That(silent.Reason, Does.Contain("did not write none.txt"));
            Assert.That(folder.Reason, Does.Contain("path_create_directory"));
            Assert.That(none.Reason, Does.Contain("ENOENT"));
        });
    }

    [Test]
    public async Task Another_scene_has_another_hash()
    {
        var job = JobFile.Read(Tool.Sample("raytrace", "job.yaml"));
        var scene = Path.Combine(_folder, "scene.txt");
        await File.WriteAllTextAsync(scene, (await File.ReadAllTextAsync(job.Inputs[0].Path)).Replace("sphere", "#sphere", StringComparison.Ordinal));
        var whole = await V8Recompute.RunAsync(job, 20, CancellationToken.None);
        var empty = await V8Recompute.RunAsync(job with { Inputs = [new NamedInput("scene.txt", scene, false)] }, 20, CancellationToken.None);
        Assert.That(whole.Output, Is.Not.Null.And.Not.EqualTo(empty.Output), whole.Reason);
        Assert.That(empty.Output, Is.Not.Null, empty.Reason);
    }

    private static async Task SameAsync(JobFile job, uint task)
    {
        using var engine = new Engine();
        var ours = (await engine.RunAsync(job, task)).Single();
        var (theirs, reason) = await V8Recompute.RunAsync(job, task, CancellationToken.None);
        Assert.That(theirs, Is.EqualTo(ours.Hash), $"{job.Name} {task}: {reason}");
        Assert.That(ours.Bundle.Fault, Is.Empty, ours.Report.Text);
    }

    private JobFile Job(string program, string[] args, string[] outputs)
    {
        var input = Path.Combine(_folder, "in");
        File.WriteAllText(input, "some text\n");
        var sample = JobFile.Read(Tool.Sample("raytrace", "job.yaml"));
        var module = Path.Combine(Tool.Repository, "tests", "PeerCompute.Wasm.Tests", "Programs", program + ".wasm");
        NamedInput[] inputs = [new("in", input, false)];
        return sample with { Name = program, Module = module, Args = args, Env = [("NAME", "world")], Inputs = inputs, Outputs = outputs, Tasks = 2 };
    }
}
