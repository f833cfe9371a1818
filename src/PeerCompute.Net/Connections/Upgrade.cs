// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Multistream;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Net.Connections;

/// <summary>A socket whose peer is proven and whose muxer is agreed, with what the peer sent ahead.</summary>
/// <param name="Line">The socket.</param>
/// <param name="Noise">The ciphers.</param>
/// <param name="Peer">The proven peer.</param>
/// <param name="RemoteAddress">Its address without a peer.</param>
/// <param name="CipherRest">Encrypted bytes received already.</param>
/// <param name="PlainRest">Decrypted bytes of the muxer received already.</param>
internal sealed record Upgraded(Line Line, NoiseTransport Noise, PeerId Peer, Multiaddr RemoteAddress, byte[] CipherRest, byte[] PlainRest);

/// <summary>Makes a raw TCP connection a proven one: multistream to noise, noise, and the muxer chosen inside or by multistream again.</summary>
internal sealed class Upgrade(Line line, NoiseIdentity identity, Secrets secrets, bool inlineMuxer)
{
    private static readonly string[] Muxers = [YamuxSession.Protocol];

    private readonly byte[] _buffer = new byte[NoiseTransport.LengthSize + NoiseTransport.MaxMessage];
    private int _start;
    private int _end;

    /// <summary>The dialing side.</summary>
    public async Task<Upgraded> DialAsync(Multiaddr address, PeerId expected, CancellationToken cancel)
    {
        var security = Negotiation.Dial(NoiseHandshake.Protocol);
        using var noise = NoiseHandshake.Dial(identity, secrets, expected, inlineMuxer ? Muxers : []);
        await SendAsync([.. security.TakeOutput(), .. noise.TakeOutput()], cancel).ConfigureAwait(false); // one flight
        await NegotiateAsync(security, cancel).ConfigureAwait(false);
        if (security.Protocol is null) throw new PeerComputeException(ErrorCode.Unavailable, $"The peer at {address} does not speak noise.");
        await HandshakeAsync(noise, cancel).ConfigureAwait(false);
        return await FinishAsync(noise, address, Negotiation.Dial(Muxers), cancel).ConfigureAwait(false);
    }

    /// <summary>The listening side.</summary>
    public async Task<Upgraded> AcceptAsync(Multiaddr address, CancellationToken cancel)
    {
        await NegotiateAsync(Negotiation.Listen(static p => p == NoiseHandshake.Protocol), cancel).ConfigureAwait(false);
        using var noise = NoiseHandshake.Listen(identity, secrets, inlineMuxer ? Muxers : []);
        await HandshakeAsync(noise, cancel).ConfigureAwait(false);
        return await FinishAsync(noise, address, Negotiation.Listen(static p => p == YamuxSession.Protocol), cancel).ConfigureAwait(false);
    }

    private async Task<Upgraded> FinishAsync(NoiseHandshake noise, Multiaddr address, Negotiation muxer, CancellationToken cancel)
    {
        var transport = noise.TakeTransport();
        try
        {
            var plain = noise.Muxer is null ? await NegotiateMuxerAsync(transport, muxer, cancel).ConfigureAwait(false) : [];
            return new Upgraded(line, transport, noise.Peer, address.WithoutPeer(), _buffer[_start.._end], plain);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    private async Task NegotiateAsync(Negotiation machine, CancellationToken cancel)
    {
        while (true)
        {
            await SendAsync(machine.TakeOutput(), cancel).ConfigureAwait(false);
            if (machine.IsDone) return;
            await FillAsync(1, cancel).ConfigureAwait(false);
            while (_end > _start && machine.Wanted > 0) machine.Receive(Take(machine.Wanted));
        }
    }

    private async Task HandshakeAsync(NoiseHandshake machine, CancellationToken cancel)
    {
        while (true)
        {
            await SendAsync(machine.TakeOutput(), cancel).ConfigureAwait(false);
            if (machine.IsDone) return;
            await FillAsync(1, cancel).ConfigureAwait(false);
            while (_end > _start && machine.Wanted > 0) machine.Receive(Take(machine.Wanted));
        }
    }

    /// <summary>The muxer by multistream inside noise.</summary>
    /// <returns>Plaintext behind the agreement.</returns>
    private async Task<byte[]> NegotiateMuxerAsync(NoiseTransport noise, Negotiation machine, CancellationToken cancel)
    {
        byte[] plain = [];
        while (true)
        {
            var output = machine.TakeOutput();
            if (output.Length > 0)
            {
                var frame = new byte[output.Length + NoiseTransport.Overhead];
                output.CopyTo(frame, NoiseTransport.LengthSize);
                noise.Encrypt(frame);
                await SendAsync(frame, cancel).ConfigureAwait(false);
            }

            if (machine.IsDone) return machine.Protocol is null ? throw new WireException("muxer", "none in common") : plain;
            await FillAsync(NoiseTransport.LengthSize, cancel).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start));
            await FillAsync(NoiseTransport.LengthSize + length, cancel).ConfigureAwait(false);
            plain = OpenMuxerMessage(noise, machine, length);
        }
    }

    private byte[] OpenMuxerMessage(NoiseTransport noise, Negotiation machine, int length)
    {
        var message = _buffer.AsSpan(_start + NoiseTransport.LengthSize, length);
        _start += NoiseTransport.LengthSize + length;
        var opened = noise.Decrypt(message);
        if (opened < 0) throw new WireException("noise message", "does not authenticate");
        ReadOnlySpan<byte> plain = message[..opened];
        while (plain.Length > 0 && machine.Wanted > 0)
        {
            var take = Math.Min(plain.Length, machine.Wanted);
            machine.Receive(plain[..take]);
            plain = plain[take..];
        }

        return plain.ToArray();
    }

    private ReadOnlySpan<byte> Take(int most)
    {
        var bytes = _buffer.AsSpan(_start, Math.Min(most, _end - _start));
        _start += bytes.Length;
        return bytes;
    }

    /// <summary>Waits until so many bytes are buffered.</summary>
    private async ValueTask FillAsync(int least, CancellationToken cancel)
    {
        if (_end - _start >= least) return;
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < least)
        {
            var read = await line.ReceiveAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
            if (read == 0) throw new WireException("connection", "closed during the handshake");
            _end += read;
        }
    }

    private ValueTask SendAsync(byte[] bytes, CancellationToken cancel) => bytes.Length == 0 ? default : line.SendAsync(bytes, cancel);
}
