// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary><c>compare</c>: two files or folders from the disk alone.</summary>
public sealed class CompareVerbTests
{
    private const string Job = """
        module: there-is-none.wasm
        outputs: [table.csv, frame.pgm]
        compare: {table.csv: {abs: 0.01}, frame.pgm: {psnr: 30}, stdout: lines}
        """;

    private Tool _tool = null!;

    [SetUp]
    public void Make() => _tool = new Tool();

    [TearDown]
    public void Remove() => _tool.Dispose();

    [Test]
    public async Task Folders_of_results_are_compared_by_the_jobs_tolerances_and_what_differs_is_named()
    {
        foreach (var (folder, number, pixel, said) in ((string, string, char, string)[])[("a", "1.000", 'P', "x\ny\n"), ("b", "1.005", 'Q', "y\nx\n")])
        {
            Directory.CreateDirectory(Path.Combine(_tool.Home, folder, "tasks", "0"));
            _tool.File($"{folder}/tasks/0/table.csv", $"n,{number}\nm,2\n");
            _tool.File($"{folder}/tasks/0/frame.pgm", $"P5\n2 1\n255\n{pixel}{pixel}");
            _tool.File($"{folder}/tasks/0/stdout", said);
            _tool.File($"{folder}/job.receipt", folder);
        }

        var job = _tool.File("job.yaml", Job);
        var alike = await _tool.RunAsync("compare", "a", "b", "--job", job);
        Assert.That((alike.ExitCode, alike.Error), Is.EqualTo((0, "")));
        Assert.That(alike.Output, Does.Contain("tasks/0/table.csv: alike; 1 of 2 numbers differ, by 0.005 at most (line 1), relatively by 0.00498"));
        Assert.That(alike.Output, Does.Match(@"tasks/0/frame\.pgm: alike; PSNR 48\.1 dB, SSIM 0\.9\d+").And.Contain("alike: 3 compared"));
        var bytes = await _tool.RunAsync("compare", "a", "b", "--json");
        Assert.That((bytes.ExitCode, (bool)bytes.Json["alike"]!, (int)bytes.Json["different"]!), Is.EqualTo((1, false, 3)));
        _tool.File("b/tasks/0/table.csv", "n,1.5\nm,2\n");
        _tool.File("b/tasks/0/more", "");
        File.CreateSymbolicLink(Path.Combine(_tool.Home, "a", "link"), "/etc/passwd");
        File.CreateSymbolicLink(Path.Combine(_tool.Home, "b", "link"), "/etc/passwd");
        var other = await _tool.RunAsync("compare", "a", "b", "--job", job);
        Assert.That((other.ExitCode, other.Error), Is.EqualTo((1, "")));
        Assert.That(other.Output, Does.Contain("tasks/0/table.csv: line 1: '1.000', or '1.5': more apart than the tolerances; 1 of 2 numbers differ, by 0.5"));
        Assert.That(other.Output, Does.Contain("tasks/0/more: is in the second alone").And.Contain("link: is a link").And.Contain("3 of 5 are not alike"));
    }

    [Test]
    public async Task What_lies_deep_is_compared_or_said_and_no_link_to_a_folder_is_followed()
    {
        string deep = string.Join('/', Enumerable.Repeat("d", 34)), out_ = Path.Combine(_tool.Home, "elsewhere");
        foreach (var folder in (string[])["a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(_tool.Home, folder, deep));
            _tool.File($"{folder}/{deep}/file", folder);
            Directory.CreateDirectory(out_);
            Directory.CreateSymbolicLink(Path.Combine(_tool.Home, folder, "link"), out_);
        }

        _tool.File("elsewhere/secret", "");
        var different = await _tool.RunAsync("compare", "a", "b");
        Assert.That((different.ExitCode, different.Error), Is.EqualTo((1, "")));
        Assert.That(different.Output, Does.Contain("d/file: ").And.Contain("link: is a link, which is not followed").And.Contain("2 of 2 are not alike"));
        Directory.CreateDirectory(Path.Combine(_tool.Home, "b", deep, "d", "d"));
        var deeper = await _tool.RunAsync("compare", "a", "b");
        Assert.That((deeper.ExitCode, deeper.Output), Is.EqualTo(((int)ErrorCode.LimitExceeded, "")));
        Assert.That(deeper.Error, Does.Contain("lies below more than 34 folders"));
    }

    [TestCase("{rel: 1e-2}", 0)]
    [TestCase("{rel: 1e-9}", 1)]
    [TestCase("bytes", 1)]
    [TestCase("text", 1)]
    [TestCase("{psnr: 30}", 1)]
    [TestCase("nonsense", (int)ErrorCode.BadInput)]
    [TestCase("{psnr: -1}", (int)ErrorCode.BadInput)]
    [TestCase("bytes}, more: {abs: 1", (int)ErrorCode.BadInput)]
    public async Task Two_files_are_compared_by_the_way_that_is_given(string way, int code)
    {
        var answer = await _tool.RunAsync("compare", _tool.File("a", "x 1.001\n"), _tool.File("b", "x 1.000\n"), "--by", way, "--json");
        Assert.That(answer.ExitCode, Is.EqualTo(code), answer.Output + answer.Error);
        if (code < 2) Assert.That((bool)answer.Json["alike"]!, Is.EqualTo(code == 0));
    }

    [Test]
    public async Task What_cannot_be_compared_is_said()
    {
        var file = _tool.File("a", "");
        Assert.That((await _tool.RunAsync("compare", file, "none")).ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
        Assert.That((await _tool.RunAsync("compare", file, _tool.Home)).ExitCode, Is.EqualTo((int)ErrorCode.Usage));
        Assert.That((await _tool.RunAsync("compare", file, file, "--job", "none")).ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
    }
}
