// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Gossip;

/// <summary>
/// Carries gossip RPCs between a host's peers and the owner of the router: one stream each way with every peer that speaks gossipsub, everything bounded.
/// Safe for all threads.
/// </summary>
public sealed class GossipStreams : IAsyncDisposable
{
    private readonly Host _host;
    private readonly IGossipShell _shell;
    private readonly GossipStreamLimits _limits;
    private readonly TimeProvider _time;
    private readonly Clock _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, GossipLine> _lines = [];
    private readonly TaskGroup _tasks = new();
    private bool _ended;

    /// <summary>Begins: the protocols are accepted, and streams are opened to peers that list them.</summary>
    /// <param name="host">The host.</param>
    /// <param name="shell">Who owns the router.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <param name="time">Clock of pauses and rates; null for the system's.</param>
    public GossipStreams(Host host, IGossipShell shell, GossipStreamLimits? limits = null, TimeProvider? time = null)
    {
        _host = host;
        _shell = shell;
        _limits = limits ?? new GossipStreamLimits();
        _time = time ?? TimeProvider.System;
        _clock = new Clock(_time);
        host.PeerChanged += Changed;
        foreach (var protocol in GossipRouter.Protocols) host.Handle(protocol, ReadAsync);
        foreach (var peer in host.Peers) Identified(peer);
    }

    /// <summary>Queues an RPC for a peer.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="rpc">The RPC; encoded once, however many peers it goes to.</param>
    /// <returns>False when it was dropped: the peer is not there, or does not read.</returns>
    public bool Send(PeerId peer, GossipRpc rpc)
    {
        GossipLine? line;
        lock (_gate) _lines.TryGetValue(peer, out line);
        return line?.Send(rpc) == true;
    }

    /// <summary>Ends all gossip streams; connections stay.</summary>
    /// <returns>When ended.</returns>
    public async ValueTask DisposeAsync()
    {
        _host.PeerChanged -= Changed;
        lock (_gate)
        {
            _ended = true;
            foreach (var line in _lines.Values) line.End();
            _lines.Clear();
        }

        await _tasks.JoinAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
    }

    private void Changed(PeerEvent change)
    {
        if (change.Kind == PeerEventKind.Identified) Identified(change.Peer);
        else if (change.Kind == PeerEventKind.Disconnected) Gone(change.Peer.Id);
    }

    private void Identified(PeerInfo peer)
    {
        if (GossipRouter.Protocols.FirstOrDefault(peer.Protocols.Contains) is { } protocol) Line(peer.Id, protocol);
    }

    private void Gone(PeerId peer)
    {
        lock (_gate)
        {
            if (_host.Find(peer) is not null || !_lines.Remove(peer, out var line)) return;
            line.End();
            _shell.PeerDown(peer);
        }
    }

    /// <summary>The line with a peer, made when the peer is connected; the shell hears of it before anything that the peer sends.</summary>
    private GossipLine? Line(PeerId peer, string protocol)
    {
        lock (_gate)
        {
            if (_lines.TryGetValue(peer, out var line)) return line;
            if (_ended || _host.Find(peer) is not { } info) return null;
            line = new GossipLine(peer, protocol, _host, _limits, _time) { Restarted = () => Restarted(peer) };
            _lines[peer] = line;
            _shell.PeerUp(peer, info.Outbound);
            _tasks.Run(line.RunAsync);
            return line;
        }
    }

    private void Restarted(PeerId peer)
    {
        lock (_gate)
        {
            if (_lines.ContainsKey(peer) && _host.Find(peer) is { } info) _shell.PeerUp(peer, info.Outbound);
        }
    }

    /// <summary>Reads a peer's stream until its end.</summary>
    private async Task ReadAsync(PeerStream stream, CancellationToken cancel)
    {
        if (Line(stream.Peer, stream.Protocol) is not { } line) return;
        var inbound = line.BeginInbound(cancel);
        try
        {
            await ReadAsync(stream, inbound.Token, new Pace(_limits.BytesPerSecond, _limits.Burst), new Pace(_limits.RpcsPerSecond, _limits.Burst))
                .ConfigureAwait(false);
        }
        catch (WireException)
        {
            _shell.Malformed(stream.Peer);
            throw;
        }
        finally
        {
            _tasks.Run(() => line.EndInboundAsync(inbound));
        }
    }

    private async Task ReadAsync(PeerStream stream, CancellationToken cancel, Pace bytes, Pace rpcs)
    {
        var reader = new FrameReader(stream, GossipLimits.RpcBytes);
        while (await reader.NextAsync(cancel).ConfigureAwait(false) is { } frame)
        {
            await _shell.ReceivedAsync(stream.Peer, GossipRpc.Decode(frame, _limits.Rpc), cancel).ConfigureAwait(false);
            var pause = bytes.Spend(frame.Length, _clock.Now);
            var other = rpcs.Spend(1, _clock.Now);
            if (other > pause) pause = other;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _time, cancel).ConfigureAwait(false);
        }
    }
}
