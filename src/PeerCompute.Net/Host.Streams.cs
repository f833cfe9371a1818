// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Multistream;
using PeerCompute.Net.Connections;
using PeerCompute.Net.Protocols;

namespace PeerCompute.Net;

/// <content>How streams are agreed on, and the services that every host has.</content>
public sealed partial class Host : IConnectionOwner
{
    /// <summary>How long changes are collected before they are pushed.</summary>
    private static readonly TimeSpan PushDelay = TimeSpan.FromMilliseconds(100);

    void IConnectionOwner.Accepted(PeerStream stream) => _tasks.Run(() => ServeAsync(stream));

    bool IConnectionOwner.Unread(long change) => Interlocked.Add(ref _unread, change) <= _options.Limits.UnreadBytes;

    void IConnectionOwner.Carried(int sent, int received)
    {
        if (sent > 0) Interlocked.Add(ref _sentBytes, sent);
        if (received > 0) Interlocked.Add(ref _receivedBytes, received);
    }

    private static async Task NegotiateAsync(PeerStream stream, Negotiation machine, CancellationToken cancel)
    {
        var buffer = new byte[Negotiation.LongestToken];
        while (true)
        {
            var output = machine.TakeOutput();
            if (output.Length > 0) await stream.WriteAsync(output, cancel).ConfigureAwait(false);
            if (machine.IsDone) return;
            var read = await stream.ReadAsync(buffer.AsMemory(0, machine.Wanted), cancel).ConfigureAwait(false);
            if (read == 0) throw new WireException("stream", "ended before a protocol was agreed");
            machine.Receive(buffer.AsSpan(0, read));
        }
    }

    /// <summary>
    /// Opens a stream without waiting for the peer's word on its protocol: what is written follows the proposal at once, and so takes one way instead of three
    /// (go-libp2p's lazy negotiation, rust-libp2p's <c>V1Lazy</c>). The word is read in front of the first bytes that are read: a peer that does not speak
    /// the protocol takes what follows the proposal for further proposals and resets the stream. What begins with "/" must not be written first.
    /// </summary>
    /// <param name="peer">The peer.</param>
    /// <param name="protocol">Protocol id.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The stream. Reading throws <see cref="ErrorCode.Unavailable"/> where the protocol is refused.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: not connected and not reachable.</exception>
    public async Task<PeerStream> BeginAsync(PeerId peer, string protocol, CancellationToken cancel = default)
    {
        var connection = await ReachAsync(peer, cancel).ConfigureAwait(false);
        using var limit = Limit(_options.Limits.NegotiationTimeout, cancel);
        PeerStream? stream = null;
        try
        {
            stream = await connection.OpenAsync(limit.Token).ConfigureAwait(false);
            var negotiation = Negotiation.Dial(protocol);
            await stream.WriteAsync(negotiation.TakeOutput(), limit.Token).ConfigureAwait(false);
            stream.Protocol = protocol;
            stream.Propose(negotiation);
            return stream;
        }
        catch (Exception e)
        {
            stream?.Reset();
            if (e is OperationCanceledException && !cancel.IsCancellationRequested)
                throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {peer} takes no further streams.", e);
            throw;
        }
    }

    private async Task<Connection> ReachAsync(PeerId peer, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        return _table.Usable(peer) ?? await DialKnownAsync(peer, cancel).ConfigureAwait(false);
    }

    private async Task<PeerStream> OpenAsync(Connection connection, string protocol, CancellationToken cancel)
    {
        using var limit = Limit(_options.Limits.NegotiationTimeout, cancel);
        PeerStream? stream = null;
        try
        {
            stream = await connection.OpenAsync(limit.Token).ConfigureAwait(false);
            var negotiation = Negotiation.Dial(protocol);
            await NegotiateAsync(stream, negotiation, limit.Token).ConfigureAwait(false);
            if (negotiation.Protocol is null) throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {connection.Peer} does not speak {protocol}.");
            stream.Protocol = protocol;
            return stream;
        }
        catch (Exception e)
        {
            stream?.Reset();
            if (e is WireException)
                throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {connection.Peer} broke the negotiation of {protocol}: {e.Message}", e);
            if (e is OperationCanceledException && !cancel.IsCancellationRequested)
                throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {connection.Peer} did not agree on {protocol} in time.", e);
            throw;
        }
    }

    private async Task ServeAsync(PeerStream stream)
    {
        var entered = false;
        try
        {
            var negotiation = Negotiation.Listen(_protocols.Supports);
            using (var limit = Limit(_options.Limits.NegotiationTimeout, stream.Connection.Ended))
                await NegotiateAsync(stream, negotiation, limit.Token).ConfigureAwait(false);
            stream.Protocol = negotiation.Protocol!;
            var handler = _protocols.Enter(stream);
            if (handler is null)
            {
                stream.Reset();
                return;
            }

            entered = true;
            await handler(stream, stream.Connection.Ended).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            stream.Reset(); // whatever went wrong is between this peer and the handler
        }
        finally
        {
            if (entered) _protocols.Leave(stream);
        }
    }

    private IdentifyMessage Describe(Connection connection) => new()
    {
        Peer = PeerId,
        ListenAddresses = ListenAddresses,
        Protocols = _protocols.Names,
        ObservedAddress = connection.RemoteAddress,
        ProtocolVersion = _options.ProtocolVersion,
        AgentVersion = _options.AgentVersion,
    };

    private async Task IdentifyAsync(Connection connection)
    {
        try
        {
            await using var stream = await OpenAsync(connection, IdentifyMessage.Protocol, connection.Ended).ConfigureAwait(false);
            using var limit = Limit(_options.Limits.NegotiationTimeout, connection.Ended);
            Identified(connection, await IdentifyExchange.ReadAsync(stream, limit.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is WireException or PeerComputeException or OperationCanceledException)
        {
            // A peer may be used without it.
        }
    }

    private async Task TakePushAsync(PeerStream stream, CancellationToken cancel)
    {
        if (!stream.Connection.Pushes.TryTake(_clock.Now)) throw new PeerComputeException(ErrorCode.LimitExceeded, "The peer pushes too often.");
        using var limit = Limit(_options.Limits.NegotiationTimeout, cancel);
        Identified(stream.Connection, await IdentifyExchange.ReadAsync(stream, limit.Token).ConfigureAwait(false));
    }

    /// <summary>Tells everybody once what may have changed several times.</summary>
    private async Task PushAllAsync()
    {
        await Task.Delay(PushDelay, _options.Time, _stop.Token).ConfigureAwait(false);
        Volatile.Write(ref _pushing, 0);
        await Task.WhenAll(_table.Connections.Select(PushAsync)).ConfigureAwait(false);
    }

    private async Task PushAsync(Connection connection)
    {
        try
        {
            if (connection.Identity?.Protocols?.Contains(IdentifyMessage.PushProtocol) != true) return;
            await using var stream = await OpenAsync(connection, IdentifyMessage.PushProtocol, connection.Ended).ConfigureAwait(false);
            await IdentifyExchange.WriteAsync(stream, Describe(connection), connection.Ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PeerComputeException or OperationCanceledException)
        {
            // It learns with the next push, or never.
        }
    }

    private void Identified(Connection connection, IdentifyMessage said)
    {
        IdentifyExchange.Apply(connection, said);
        foreach (var address in said.ListenAddresses ?? [])
        {
            if (address.TryGetTcp(out _, out _)) _table.Remember(connection.Peer, address.WithoutPeer());
        }

        if (_table.Find(connection.Peer) is { } peer) _events.Writer.TryWrite(new PeerEvent(PeerEventKind.Identified, peer));
    }
}
