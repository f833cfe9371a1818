// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeerCompute.Benchmarks.Network;

/// <summary>A child process that is spoken to in lines and ends with us.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(string file, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        return new Child(Process.Start(start)!);
    }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async Task<JsonNode> ReadAsync() =>
        JsonNode.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new EndOfStreamException("the other process ended"))!;

    /// <summary>Says a line.</summary>
    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>A command of js/peer.mjs.</summary>
    public async Task<JsonNode> CallAsync(string command, object arguments)
    {
        var message = JsonSerializer.SerializeToNode(arguments)!.AsObject();
        message["id"] = 1;
        message["command"] = command;
        await _process.StandardInput.WriteLineAsync(message.ToJsonString());
        await _process.StandardInput.FlushAsync();
        while (true)
        {
            var answer = await ReadAsync();
            if (answer["event"] is not null) continue;
            return answer["ok"] ?? throw new InvalidOperationException((string?)answer["error"]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
