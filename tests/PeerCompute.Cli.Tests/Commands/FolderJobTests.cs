// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Folders as inputs and outputs of a job between real processes.</summary>
public sealed class FolderJobTests
{
    private Tool _tool = null!;

    [SetUp]
    public void Make() => _tool = new Tool();

    [TearDown]
    public void Remove() => _tool.Dispose();

    [Test]
    public async Task A_folder_goes_to_the_worker_and_comes_back_as_one()
    {
        await using var worker = await RunningDaemon.StartAsync(_tool, "worker");
        var from = Directory.CreateDirectory(Path.Combine(_tool.Home, "data")).FullName;
        Directory.CreateDirectory(Path.Combine(from, "deep", "empty"));
        await File.WriteAllTextAsync(Path.Combine(from, "a.txt"), "a");
        await File.WriteAllBytesAsync(Path.Combine(from, "deep", "one"), new byte[700_000]);
        await File.WriteAllBytesAsync(Path.Combine(from, "deep", "two"), new byte[700_000]);
        var job = Job("args: [data, out]\ninputs: [data/]\noutputs: [out/]\ntasks: 2");
        var run = await _tool.RunAsync("run", job, "-o", "results", "--to", worker.Address, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        for (var task = 0; task < 2; task++)
        {
            var back = Path.Combine(_tool.Home, "results", "tasks", $"{task}", "out");
            Assert.That(Tree(back), Is.EqualTo(Tree(from)));
        }

        var verified = await _tool.RunAsync("verify", (string)run.Json["receipt"]!, "--json");
        Assert.That(verified.ExitCode, Is.Zero, verified.Error);
    }

    [Test]
    public async Task A_folder_with_a_link_is_refused_before_anything_is_sent()
    {
        var from = Directory.CreateDirectory(Path.Combine(_tool.Home, "data")).FullName;
        File.CreateSymbolicLink(Path.Combine(from, "link"), "/etc/passwd");
        var run = await _tool.RunAsync("run", Job("inputs: [data]\ntasks: 1"), "-o", "results", "--to", $"/ip4/127.0.0.1/tcp/1/p2p/{Nobody}");
        Assert.That(run.ExitCode, Is.EqualTo((int)ErrorCode.BadInput), run.Error);
        Assert.That(run.Error, Does.Contain("link': is a link").And.Contain("leave it out"));
    }

    private static string Nobody => "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    private string Job(string rest) => _tool.File("job.yaml", $"name: test\nmodule: {Tool.Sample("misc", "copytree.wasm")}\n{rest}\n");

    private static List<(string Path, string Content)> Tree(string folder)
        => [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(i => i.FullName, StringComparer.Ordinal)
            .Select(i => (Path.GetRelativePath(folder, i.FullName), i is FileInfo ? Convert.ToBase64String(File.ReadAllBytes(i.FullName)) : "folder"))];
}
