// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Cli.Tests.Demo;

/// <summary>A demo in a process of its own, with a folder of its own for temporary files; what it says is read as it comes.</summary>
internal sealed class DemoProcess : IDisposable
{
    private readonly Tool _tool = new();
    private readonly List<string> _said = [];
    private readonly Task _reading;

    public DemoProcess(params string[] args)
    {
        Temporary = Directory.CreateDirectory(Path.Combine(_tool.Home, "t")).FullName;
        Process = _tool.Start(start => start.Environment["TMPDIR"] = Temporary, ["demo", "--json", .. args]);
        _reading = ReadAsync();
    }

    public Process Process { get; }

    /// <summary>Where temporary folders go.</summary>
    public string Temporary { get; }

    /// <summary>Process ids by the names of the nodes, once they were told.</summary>
    public Dictionary<string, int> Nodes { get; } = [];

    /// <summary>What it said beside the result.</summary>
    public string Said
    {
        get
        {
            lock (_said) return string.Join('\n', _said);
        }
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task SaysAsync(string text)
    {
        for (var i = 0; i < 1200 && !Said.Contains(text, StringComparison.Ordinal); i++)
        {
            Assert.That(Process.HasExited && _reading.IsCompleted, Is.False, Said);
            await Task.Delay(100);
        }

        Assert.That(Said, Does.Contain(text));
    }

    /// <summary>Its end.</summary>
    public async Task<(int Code, string Output)> EndAsync()
    {
        Process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var output = await Process.StandardOutput.ReadToEndAsync(patience.Token);
        await Process.WaitForExitAsync(patience.Token);
        await _reading.WaitAsync(patience.Token);
        return (Process.ExitCode, output);
    }

    /// <summary>Kills a node as a viewer would.</summary>
    public void Kill(string node)
    {
        using var process = Process.GetProcessById(Nodes[node]);
        process.Kill(entireProcessTree: true);
    }

    /// <summary>Waits until no node and no temporary file is left.</summary>
    public async Task LeavesNothingAsync()
    {
        for (var i = 0; i < 300 && (Nodes.Values.Any(Lives) || Folders.Length > 0); i++) await Task.Delay(100);
        Assert.That(Nodes.Where(n => Lives(n.Value)), Is.Empty);
        Assert.That(Folders, Is.Empty);
    }

    public void Dispose()
    {
        if (!Process.HasExited) Process.Kill();
        Process.Dispose();
        _tool.Dispose();
    }

    /// <summary>Temporary folders; the .NET runtime of a process that was killed leaves pipes beside them.</summary>
    private string[] Folders => Directory.GetDirectories(Temporary);

    private static bool Lives(int pid) => Directory.Exists($"/proc/{pid}");

    private async Task ReadAsync()
    {
        while (await Process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_said) _said.Add(line);
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var pid, _, ['/', ..]])
                Nodes[name] = int.Parse(pid, CultureInfo.InvariantCulture);
        }
    }
}
