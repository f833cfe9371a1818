// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary><c>find</c> and <c>job explain</c> without a network: wrong flags, and a node that knows nobody.</summary>
public sealed class FindVerbTests
{
    private Tool _tool = null!;

    [SetUp]
    public void MakeHome() => _tool = new Tool();

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [TestCase("--gpu-memory", "8")]
    [TestCase("--gpu-memory", "99999999999999GiB")]
    [TestCase("--memory", "much")]
    [TestCase("--memory", "-1GiB")]
    [TestCase("--cores", "-1")]
    [TestCase("--cores", "4294967296")]
    [TestCase("--region", "0")]
    [TestCase("--region", "1000")]
    [TestCase("--region", "Europe")]
    [TestCase("--isolation", "strong")]
    [TestCase("--price", "cheap")]
    [TestCase("--price", "1000T")]
    [TestCase("--limit", "0")]
    [TestCase("--limit", "257")]
    [TestCase("--bogus", "1")]
    public async Task A_wrong_flag_is_named_and_nothing_is_asked(params string[] flag)
    {
        var answer = await _tool.RunAsync(["find", .. flag, "--json"]);
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Usage), answer.Error);
        Assert.That((string)answer.Json["error"]!["message"]!, Does.Contain(flag[0]));
        Assert.That(Directory.Exists(_tool.DefaultNode), Is.False);
    }

    [Test]
    public async Task A_runtime_that_is_longer_than_an_advert_can_say_is_a_usage_error()
        => Assert.That((await _tool.RunAsync("find", "--runtime", new string('x', 65))).ExitCode, Is.EqualTo((int)ErrorCode.Usage));

    [Test]
    public async Task Who_knows_nobody_finds_nobody_and_is_told_so()
    {
        var answer = await _tool.RunAsync("find", "--json");
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Json["adverts"]!.AsArray(), Is.Empty);
        Assert.That((int)answer.Json["explanation"]!["seen"]!, Is.Zero);
        Assert.That(answer.Error, Does.Contain("peercompute join LINE"));
    }

    [TestCase("explain")]
    [TestCase("explain", "zz")]
    public async Task Explain_wants_the_id_of_a_job(params string[] args)
        => Assert.That((await _tool.RunAsync(["job", .. args])).ExitCode, Is.EqualTo((int)ErrorCode.Usage));

    [Test]
    public async Task A_recording_that_is_not_there_is_named()
    {
        await _tool.RunAsync("init");
        var answer = await _tool.RunAsync("daemon", "--inventory", "nowhere");
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
        Assert.That(answer.Error, Does.Contain("nowhere"));
    }
}
