// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Interop.Tests;

/// <summary>A js-libp2p peer in a process of its own (js/peer.mjs), spoken to in JSON lines.</summary>
internal sealed class JsPeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode>> _events = [];
    private int _next;

    private JsPeer(Process process) => _process = process;

    public PeerId PeerId { get; private set; }

    public Multiaddr Address { get; private set; } = null!;

    public static async Task<JsPeer> StartAsync(object? options = null)
    {
        var folder = Folder();
        var node = Path.Combine(folder, "node_modules", "node", "bin", "node");
        if (!File.Exists(node)) Missing("npm packages of tests/PeerCompute.Interop.Tests/js are missing: run 'npm ci' there");
        var start = new ProcessStartInfo(node) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("peer.mjs");
        start.ArgumentList.Add(JsonSerializer.Serialize(options ?? new { }));
        var peer = new JsPeer(Process.Start(start)!);
        var ready = peer.EventAsync("ready");
        _ = Task.Run(peer.ListenAsync);
        var said = await ready;
        peer.PeerId = PeerId.Parse((string)said["peer"]!);
        if (said["addresses"]!.AsArray() is [var first, ..]) peer.Address = Multiaddr.Parse((string)first!);
        return peer;
    }

    /// <summary>Sends a command and waits for its answer; a failure of the peer is an exception with its words.</summary>
    public async Task<JsonNode> CallAsync(string command, object arguments)
    {
        var id = Interlocked.Increment(ref _next);
        var message = JsonSerializer.SerializeToNode(arguments)!.AsObject();
        message["id"] = id;
        message["command"] = command;
        var answer = _waiting.GetOrAdd(id, _ => new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously));
        await _process.StandardInput.WriteLineAsync(message.ToJsonString());
        await _process.StandardInput.FlushAsync();
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(120));
    }

    /// <summary>The first event of a kind, past ones included.</summary>
    public Task<JsonNode> EventAsync(string kind) => Event(kind).Task.WaitAsync(TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PeerCompute.sln"))) return Path.Combine(folder.FullName, "tests", "PeerCompute.Interop.Tests", "js");
        }

        Missing("the scripts of tests/PeerCompute.Interop.Tests/js are not beside the built tests");
        return "";
    }

    private static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what);
        Assert.Ignore(what);
    }

    private TaskCompletionSource<JsonNode> Event(string kind) =>
        _events.GetOrAdd(kind, _ => new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var message = JsonNode.Parse(line)!;
            if (message["event"] is { } kind) Event((string)kind!).TrySetResult(message);
            else if (!_waiting.TryRemove((int)message["id"]!, out var answer)) continue;
            else if (message["error"] is { } error) answer.SetException(new JsPeerException((string)error!));
            else answer.SetResult(message["ok"]!);
        }

        foreach (var answer in _waiting.Values) answer.TrySetException(new JsPeerException("the js peer ended"));
    }
}

/// <summary>What the js peer threw.</summary>
internal sealed class JsPeerException(string message) : Exception(message);
