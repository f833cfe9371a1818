// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo;
using PeerCompute.Client;
using PeerCompute.Simulator;
using PeerCompute.Simulator.Reality;

namespace PeerCompute.Cli.Reality;

/// <summary>A node of a run over all its lives: a daemon in a process of its own while it is up.</summary>
internal sealed class RealProcess(RealNode node, string home, DemoFolder folder) : IAsyncDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private DemoNode? _running;
    private RealTraffic _before;
    private RealTraffic _last;

    /// <summary>Its number.</summary>
    public int Index => node.Index;

    /// <summary>Connections when it was last asked.</summary>
    public int Links { get; private set; }

    /// <summary>What it sent in all its lives, until it was last asked.</summary>
    public RealTraffic Sent => _before.Plus(_last);

    /// <summary>Whether it runs and answers.</summary>
    public bool Up => _running is not null;

    /// <summary>Its API; null while it is down.</summary>
    public PeerComputeClient? Client => _running?.Client;

    private string Name => string.Create(CultureInfo.InvariantCulture, $"{(node.Class.Length > 0 ? node.Class : "node")}-{node.Index}");

    /// <summary>Starts it, where it is down.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            if (_running is not null) return;
            string[] more = ["--shape", RealPlaces.ShapeOf(home), "--pace", node.SpeedPermille.ToString(CultureInfo.InvariantCulture)];
            if (node.Light) more = [.. more, "--light"];
            _running = await DemoNode.StartAsync(Name, home, more, folder.Holds, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Kills it, where it is up. What it sent since it was last asked is not known.</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            if (_running is not { } running) return;
            (_running, _before, _last, Links) = (null, Sent, default, 0);
            running.Sacrifice();
            await running.DisposeAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Asks what it has sent.</summary>
    /// <exception cref="PeerComputeException">Its process has ended by itself.</exception>
    public async Task AskAsync(CancellationToken cancel)
    {
        if (_running is not { } running) return;
        try
        {
            var view = await running.Client.NodeAsync(cancel);
            if (_running == running) (_last, Links) = (Read(view), (int)view.Mesh.Connected);
        }
        catch (PeerComputeException e) when (_running == running && !running.Lives)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"{Name} has ended by itself. It said: {running.Said}", e);
        }
        catch (PeerComputeException) when (_running != running)
        {
            // Killed meanwhile.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync();
        if (_running is not null) await _running.DisposeAsync();
        _running = null;
        _changing.Dispose();
    }

    private static RealTraffic Read(NodeView view)
    {
        var counters = view.Counters.ToDictionary(static c => c.Name, static c => (long)c.Value);
        var messages = new Traffic(
            counters["gossip.sent"], counters["dht.asked"], counters["adverts.asked"], counters["messages.sent"], counters["host.dials"]);
        return new RealTraffic(
            messages, counters["messages.taken"], counters["messages.sent_bytes"], counters["blobs.sent_bytes"], counters["host.sent_bytes"]);
    }
}
