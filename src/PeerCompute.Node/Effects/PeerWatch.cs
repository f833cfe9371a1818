// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Threading.Channels;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Events;
using PeerCompute.Core.Mesh;
using PeerCompute.Net;
using PeerCompute.Node.Mesh;

namespace PeerCompute.Node.Effects;

/// <summary>Tells the machine who is connected, in the order in which it happened, and dials for it.</summary>
internal sealed class PeerWatch : IAsyncDisposable
{
    private readonly Host _host;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly Func<NodeEvent, CancellationToken, ValueTask> _post;
    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<PeerId, long> _since = new();
    private readonly Task _telling;

    /// <summary>Begins to watch. There are no more changes in the queue than connections and dials, which are bounded.</summary>
    public PeerWatch(Host host, Outbox outbox, Inbox inbox, Func<NodeEvent, CancellationToken, ValueTask> post)
    {
        (_host, _outbox, _inbox, _post) = (host, outbox, inbox, post);
        _telling = Task.Run(TellAsync);
        _host.PeerChanged += Changed;
        foreach (var peer in _host.Peers)
        {
            _changes.Writer.TryWrite(new Change(peer.Id, true, ""));
            Identified(peer);
        }
    }

    /// <summary>Dials a peer; it is told as up or as unreachable.</summary>
    public async Task ReachAsync(PeerId peer, string address)
    {
        var failure = "";
        try
        {
            if (!IsConnected(peer))
            {
                if (address.Length == 0) throw new PeerComputeException(ErrorCode.Unavailable, $"{peer} is not connected and its address is not known.");
                await _host.ConnectAsync(Multiaddr.Parse(address).WithoutPeer().WithPeer(peer)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is PeerComputeException or WireException or OperationCanceledException or ObjectDisposedException)
        {
            failure = e.Message;
        }

        _changes.Writer.TryWrite(new Change(peer, null, failure));
    }

    /// <summary>Whether there is a connection to a peer.</summary>
    public bool IsConnected(PeerId peer) => _host.Peers.Any(known => known.Id == peer);

    /// <summary>How long a peer is connected; zero where it is not.</summary>
    public TimeSpan ConnectedFor(PeerId peer) => _since.TryGetValue(peer, out var since) ? TimeProvider.System.GetElapsedTime(since) : TimeSpan.Zero;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _host.PeerChanged -= Changed;
        _changes.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
    }

    private void Changed(PeerEvent change)
    {
        if (change.Kind == PeerEventKind.Identified) Identified(change.Peer);
        else _changes.Writer.TryWrite(new Change(change.Peer.Id, change.Kind == PeerEventKind.Connected, ""));
    }

    private void Identified(PeerInfo peer)
    {
        if (peer.ProtocolVersion.Length > 0) _changes.Writer.TryWrite(new Change(peer.Id, true, "") { Facts = MeshShell.Facts(peer) });
    }

    private async Task TellAsync()
    {
        await foreach (var change in _changes.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (change.Facts is { } facts)
            {
                if (IsConnected(change.Peer)) await _post(new PeerIdentified(change.Peer, facts), CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            // A dial is judged now, behind every change before it: what it found may be over.
            var up = change.Up ?? IsConnected(change.Peer);
            if (up)
            {
                _outbox.Up(change.Peer);
                _since.TryAdd(change.Peer, TimeProvider.System.GetTimestamp());
                await _post(new PeerUp(change.Peer), CancellationToken.None).ConfigureAwait(false);
                _inbox.Up(change.Peer);
            }
            else if (change.Up is null)
            {
                var reason = change.Failure.Length > 0 ? change.Failure : "the connection was lost at once.";
                await _post(new PeerUnreachable(change.Peer, reason), CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                _outbox.Down(change.Peer);
                _inbox.Down(change.Peer);
                _since.TryRemove(change.Peer, out _);
                await _post(new PeerDown(change.Peer), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Up or down as the host says; null: to be looked up after a dial.</summary>
    private sealed record Change(PeerId Peer, bool? Up, string Failure)
    {
        /// <summary>What the peer said of itself, when that is the change.</summary>
        public PeerFacts? Facts { get; init; }
    }
}
