// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>The command line without any daemon: exit codes, errors, one JSON value.</summary>
public sealed class CommandLineTests
{
    private Tool _tool = null!;

    [SetUp]
    public void MakeHome() => _tool = new Tool();

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [Test]
    public async Task Help_names_every_verb_and_hides_the_sandbox()
    {
        var answer = await _tool.RunAsync("--help");
        Assert.That(answer.ExitCode, Is.Zero);
        string[] verbs = ["init", "daemon", "id", "peers", "connect", "invite", "join", "devices", "lend", "pause", "find", "run", "job", "sim", "doctor"];
        foreach (var verb in verbs)
            Assert.That(answer.Output, Does.Match($@"(?m)^  {verb}\b"));
        Assert.That(answer.Output, Does.Not.Contain("sandbox-child"));
    }

    [Test]
    public async Task The_version_is_told()
    {
        var answer = await _tool.RunAsync("--version");
        Assert.That(answer.ExitCode, Is.Zero);
        Assert.That(answer.Output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [TestCase("bogus")]
    [TestCase("run")]
    [TestCase("connect")]
    [TestCase("job")]
    [TestCase("job", "show")]
    [TestCase("init", "--bogus")]
    [TestCase("job", "show", "zz")]
    [TestCase("peers", "--home")]
    [TestCase("init", "@file")]
    public async Task A_wrong_command_line_is_a_usage_error(params string[] args)
    {
        var answer = await _tool.RunAsync(args);
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Usage), answer.Error);
        Assert.That(answer.Error, Does.StartWith("error: "));
        Assert.That(answer.Output, Is.Empty);
    }

    [TestCase("Usage", "bogus", "--json")]
    [TestCase("Unavailable", "peers", "--json")]
    [TestCase("Unavailable", "devices", "--json")]
    [TestCase("Unavailable", "--json", "connect", "/ip4/127.0.0.1/tcp/1")]
    [TestCase("NotFound", "run", "none.yaml", "-o", "out", "--json")]
    [TestCase("NotFound", "job", "submit", "none.yaml", "--json")]
    [TestCase("Home", "daemon", "--json")]
    public async Task With_json_an_error_is_one_object_and_its_code_is_the_exit_code(string code, params string[] args)
    {
        var answer = await _tool.RunAsync(args);
        Assert.That((string?)answer.Json["error"]!["code"], Is.EqualTo(code));
        Assert.That(answer.ExitCode, Is.EqualTo((int)Enum.Parse<ErrorCode>(code)));
        Assert.That(answer.Error, Does.StartWith("error: " + (string?)answer.Json["error"]!["message"]));
    }

    [Test]
    public async Task Init_makes_a_home_that_only_its_owner_can_read_and_never_overwrites_it()
    {
        var first = await _tool.RunAsync("init", "--json");
        var key = Path.Combine(_tool.DefaultNode, "key");
        var before = await File.ReadAllBytesAsync(key);
        var second = await _tool.RunAsync("init");
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.Zero);
            Assert.That((string?)first.Json["home"], Is.EqualTo(_tool.DefaultNode));
            Assert.That((string?)first.Json["peerId"], Does.StartWith("12D3KooW"));
            Assert.That(File.GetUnixFileMode(key), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(second.ExitCode, Is.EqualTo((int)ErrorCode.Home));
            Assert.That(File.ReadAllBytes(key), Is.EqualTo(before));
        });
    }

    [Test]
    public async Task Id_reads_the_home_when_no_daemon_runs()
    {
        var home = Path.Combine(_tool.Home, "elsewhere");
        var made = await _tool.RunAsync("init", "--home", home, "--json");
        var id = await _tool.RunAsync("--home", home, "id", "--json");
        Assert.That((string?)id.Json["peerId"], Is.EqualTo((string?)made.Json["peerId"]));
        Assert.That((bool?)id.Json["running"], Is.False);
        Assert.That(id.Error, Does.Contain("No daemon answers"));
    }

    [Test]
    public async Task Id_of_no_home_says_how_to_make_one()
    {
        var id = await _tool.RunAsync("id");
        Assert.That(id.ExitCode, Is.EqualTo((int)ErrorCode.Home));
        Assert.That(id.Error, Does.StartWith("error: ").And.Contain("peercompute init"));
    }

    [Test]
    public async Task Every_finding_in_a_job_file_is_an_error_line()
    {
        var job = _tool.File("job.yaml", "name: a\nmodule: none.wasm\ntasks: 0\nbogus: 1\n");
        var answer = await _tool.RunAsync("run", job, "-o", "out");
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.BadInput));
        Assert.That(answer.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(3).And.All.Match(@"^error: job\.yaml:\d+:\d+: "));
    }

    [Test]
    public async Task Run_without_a_folder_is_a_usage_error()
    {
        _tool.File("m.wasm");
        var answer = await _tool.RunAsync("run", _tool.File("job.yaml", "name: a\nmodule: m.wasm\ntasks: 1\n"));
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Usage));
        Assert.That(answer.Error, Does.Contain("-o DIR"));
    }
}
