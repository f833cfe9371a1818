// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>A secret reaches the program, and no file, no answer and no log of anybody holds it: plain, in hexadecimal or in base64.</summary>
public sealed class SecretsTest
{
    private const string Value = "zebra-quorum-7f3a91-lantern-mosaic";

    private Tool _tool = null!;
    private RunningDaemon _worker = null!;
    private RunningDaemon _bystander = null!;

    [SetUp]
    public async Task Start()
    {
        _tool = new Tool();
        _worker = await RunningDaemon.StartAsync(_tool, "worker");
        _bystander = await RunningDaemon.StartAsync(_tool, "bystander");
    }

    [TearDown]
    public async Task Stop()
    {
        await _worker.DisposeAsync();
        await _bystander.DisposeAsync();
        _tool.Dispose();
    }

    [Test]
    public async Task A_secret_is_used_and_stands_nowhere()
    {
        var given = Path.Combine(Path.GetDirectoryName(_tool.Home)!, Path.GetRandomFileName());
        await File.WriteAllTextAsync(given, Value + "\n");
        try
        {
            var said = new StringBuilder();
            await using (var client = await RunningDaemon.StartAsync(_tool, "client", "--light"))
            {
                string[] home = ["--home", client.Home, "--json"];
                async Task<Tool.Answer> RunAsync(params string[] args)
                {
                    var answer = await _tool.RunAsync([.. args, .. home]);
                    said.Append(answer.Output).Append(answer.Error);
                    return answer;
                }

                await RunAsync("connect", _bystander.Address);
                var run = await RunAsync("run", Job("used", "args: [TOKEN]\ntasks: 2", given), "-o", "out", "--to", _worker.Address);
                Assert.That(run.ExitCode, Is.Zero, run.Error);
                Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "tasks", "1", "stdout")), Is.EqualTo(Fnv(Value) + "\n"));
                var failed = await RunAsync("run", Job("shouted", "args: [TOKEN, aloud]\ntasks: 1", given), "-o", "out2", "--to", _worker.Address);
                Assert.That(failed.ExitCode, Is.EqualTo((int)ErrorCode.JobFailed), failed.Error);
                await RunAsync("job", "show", (string)run.Json["jobId"]!);
                await RunAsync("job", "list");
                await _tool.RunAsync("work", "--home", _worker.Home, "--json");
            }

            await _worker.DisposeAsync();
            await _bystander.DisposeAsync();
            AssertClean(Encoding.UTF8.GetBytes(said.ToString()), "an answer of the command line");
            // A socket holds nothing.
            var files = Directory.GetFiles(_tool.Home, "*", SearchOption.AllDirectories).Where(static f => Path.GetFileName(f) != "api.sock").ToArray();
            Assert.That(files.Count(static f => f.EndsWith(".receipt", StringComparison.Ordinal)), Is.Positive);
            foreach (var file in files) AssertClean(await File.ReadAllBytesAsync(file), file);
            var encoded = Encoding.ASCII.GetBytes("x" + Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + Value)));
            Assert.That(Forms().Any(form => encoded.AsSpan().IndexOf(form) >= 0), "the search finds what is there");
        }
        finally
        {
            File.Delete(given);
        }
    }

    [Test]
    public async Task A_secret_that_is_not_there_is_named_without_a_value()
    {
        var job = _tool.File("job.yaml", $"name: test\nmodule: {Tool.Sample("misc", "secret.wasm")}\ntasks: 1\nsecrets:\n  TOKEN: {{env: NOT_SET_ANYWHERE}}\n");
        var run = await _tool.RunAsync("run", job, "-o", "out", "--to", _worker.Address);
        Assert.That(run.ExitCode, Is.EqualTo((int)ErrorCode.BadInput));
        Assert.That(run.Error, Does.Contain("secrets.TOKEN: the environment variable NOT_SET_ANYWHERE is not set"));
    }

    private string Job(string name, string rest, string given) =>
        _tool.File(name + ".yaml", $"name: {name}\nmodule: {Tool.Sample("misc", "secret.wasm")}\n{rest}\nsecrets:\n  TOKEN: {{file: {given}}}\n");

    private static string Fnv(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 0x100000001B3UL;
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static void AssertClean(byte[] bytes, string where)
    {
        foreach (var form in Forms())
            Assert.That(bytes.AsSpan().IndexOf(form), Is.EqualTo(-1), $"{where} holds the secret as {Encoding.ASCII.GetString(form)}");
    }

    /// <summary>The secret itself, in hexadecimal, and what base64 makes of its middle at each of three offsets.</summary>
    private static IEnumerable<byte[]> Forms()
    {
        var value = Encoding.UTF8.GetBytes(Value);
        yield return value;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(value));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(value));
        yield return Encoding.Unicode.GetBytes(Value);
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. new byte[offset], .. value]);
            yield return Encoding.ASCII.GetBytes(text[4..^4]);
        }
    }
}
