// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests;

/// <summary>
/// The README's first command on a machine with git and the .NET SDK alone: a fresh clone without anything beside it, an empty HOME, no
/// bubblewrap, no Node.
/// </summary>
[NonParallelizable]
[Category("Slow")]
public sealed class NewcomerTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>What git and dotnet start in their turn.</summary>
    private static readonly string[] Programs =
        ["git", "sh", "bash", "env", "uname", "ls", "cat", "cp", "mv", "rm", "mkdir", "chmod", "ln", "id", "sed", "grep", "dirname", "basename", "readlink"];

    private DirectoryInfo _folder = null!;
    private string _clone = null!;
    private string? _packages;

    [SetUp]
    public async Task Clone()
    {
        _folder = Directory.CreateTempSubdirectory("pcn-");
        if (!Path.Exists(Path.Combine(Tool.Repository, ".git"))) Assert.Ignore("the tests are not in a git clone");
        foreach (var name in (string[])["home", "tmp", "bin"]) _folder.CreateSubdirectory(name);
        foreach (var program in Programs) Link(program, Find(program) ?? throw new InvalidOperationException($"there is no {program}"));
        Link("dotnet", Environment.ProcessPath!);
        _clone = Path.Combine(_folder.FullName, "clone");
        var (code, _, error) = await RunAsync(_folder.FullName, "git", "-c", "safe.directory=*", "clone", "-q", Tool.Repository, _clone);
        Assert.That(code, Is.Zero, error);
    }

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    public async Task The_first_command_of_the_readme_makes_the_picture_and_a_receipt_that_verifies()
    {
        string[] command = ["run", "-c", "Release", "--project", "src/PeerCompute.Cli", "--", "demo"];
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_clone, "README.md")), Does.Contain("\ndotnet " + string.Join(' ', command) + "\n"));
        var (code, output, error) = await RunAsync(_clone, "dotnet", [.. command, "--json"]);
        if ((output + error).Contains("NU1301", StringComparison.Ordinal))
        {
            // No package source can be reached: what this machine has downloaded before must do.
            _packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            (code, output, error) = await RunAsync(_clone, "dotnet", [.. command, "--json"]);
        }

        Assert.That(code, Is.Zero, output + error);
        var said = JsonNode.Parse(output)!;
        Assert.Multiple(() =>
        {
            Assert.That((int)said["nodes"]!, Is.EqualTo(7));
            Assert.That((int)said["tasks"]!, Is.EqualTo(40));
            Assert.That((int)said["accepted"]!, Is.EqualTo(40));
            Assert.That(said["rejected"]!.ToJsonString(), Is.EqualTo(said["planted"]!["lies"]!.ToJsonString()));
            Assert.That((string)said["recomputed"]!["reason"]!, Does.Contain("Node"), "there is none here, and it says so");
            Assert.That((double)said["seconds"]!, Is.GreaterThan(0));
        });

        var picture = await File.ReadAllBytesAsync((string)said["picture"]!);
        Assert.That(picture[..8], Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }));
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20)));
        Assert.That(width, Is.GreaterThanOrEqualTo(640));
        Assert.That(height, Is.GreaterThanOrEqualTo(360));
        var built = Path.Combine(_clone, "artifacts", "bin", "PeerCompute.Cli", "release", "peercompute");
        foreach (var receipt in said["receipts"]!.AsArray())
        {
            var verified = await RunAsync(_clone, built, "verify", (string)receipt!, "--json");
            Assert.That(verified.Code, Is.Zero, verified.Error);
        }

        foreach (var pid in said["pids"]!.AsArray()) Assert.That(Directory.Exists($"/proc/{(int)pid!}"), Is.False, "no node is left behind");
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin").Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_folder.FullName, "bin", name), target);

    /// <summary>Runs a program in the newcomer's world to its end.</summary>
    private async Task<(int Code, string Output, string Error)> RunAsync(string folder, string program, params string[] args)
    {
        var path = Path.Combine(_folder.FullName, "bin");
        var start = new ProcessStartInfo(Path.IsPathRooted(program) ? program : Path.Combine(path, program), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("PEERCOMPUTE_", StringComparison.Ordinal)
            || name.StartsWith("XDG_", StringComparison.Ordinal) || name is "CI" or "NUGET_PACKAGES" or "DOTNET_CLI_HOME").ToList())
        {
            start.Environment.Remove(name);
        }

        (start.Environment["HOME"], start.Environment["PATH"]) = (Path.Combine(_folder.FullName, "home"), path);
        start.Environment["TMPDIR"] = Path.Combine(_folder.FullName, "tmp");

        if (_packages is not null) start.Environment["NUGET_PACKAGES"] = _packages;

        // No server of the build outlives the test.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        (start.Environment["DOTNET_NOLOGO"], start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"]) = ("1", "1");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', args)} does not end");
        }

        return (process.ExitCode, await output, await error);
    }
}
