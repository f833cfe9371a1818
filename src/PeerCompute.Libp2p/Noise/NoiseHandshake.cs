// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Noise;

/// <summary>
/// libp2p's Noise XX handshake (libp2p/specs noise/README.md) as a machine for either side, framing included. It asks for exactly the bytes
/// it needs (<see cref="Wanted"/>). Afterwards <see cref="Peer"/> is proven.
/// </summary>
public sealed class NoiseHandshake : IDisposable
{
    /// <summary>Protocol id.</summary>
    public const string Protocol = "/noise";

    private readonly NoiseXx _noise;
    private readonly NoiseIdentity _identity;
    private readonly bool _initiator;
    private readonly PeerId _expected;
    private readonly IReadOnlyList<string> _muxers;
    private readonly List<byte> _output = [];
    private readonly List<byte> _input = [];
    private int _round;

    private NoiseHandshake(bool initiator, NoiseIdentity identity, ReadOnlySpan<byte> ephemeral, PeerId expected, IReadOnlyList<string> muxers)
    {
        _noise = new NoiseXx(initiator, [], identity.Secret, identity.PublicKey, ephemeral);
        _identity = identity;
        _initiator = initiator;
        _expected = expected;
        _muxers = muxers;
        if (initiator) Send([]);
    }

    /// <summary>True when both sides are proven and <see cref="TakeTransport"/> may be called.</summary>
    public bool IsDone => _noise.IsComplete;

    /// <summary>The peer at the other end, once done.</summary>
    public PeerId Peer { get; private set; }

    /// <summary>The muxer that both sides chose inline; null when it has to be negotiated.</summary>
    public string? Muxer { get; private set; }

    /// <summary>Bytes to hand to <see cref="Receive"/> next, at most; 0 when done.</summary>
    public int Wanted
    {
        get
        {
            if (IsDone) return 0;
            return _input.Count < NoiseTransport.LengthSize
                ? NoiseTransport.LengthSize - _input.Count : NoiseTransport.LengthSize + MessageLength - _input.Count;
        }
    }

    internal ReadOnlySpan<byte> Hash => _noise.Hash;

    private int MessageLength => (_input[0] << 8) | _input[1];

    /// <summary>The dialing side.</summary>
    /// <param name="identity">Our static key.</param>
    /// <param name="secrets">Where the ephemeral key comes from.</param>
    /// <param name="expected">Who has to be at the other end; <see cref="PeerId.None"/> takes anybody.</param>
    /// <param name="muxers">Muxers in order of preference.</param>
    /// <returns>The machine.</returns>
    public static NoiseHandshake Dial(NoiseIdentity identity, Secrets secrets, PeerId expected, IReadOnlyList<string> muxers) =>
        new(true, identity, secrets.Bytes(X25519.KeyLength), expected, muxers);

    /// <summary>The listening side.</summary>
    /// <param name="identity">Our static key.</param>
    /// <param name="secrets">Where the ephemeral key comes from.</param>
    /// <param name="muxers">Muxers that we know.</param>
    /// <returns>The machine.</returns>
    public static NoiseHandshake Listen(NoiseIdentity identity, Secrets secrets, IReadOnlyList<string> muxers) =>
        new(false, identity, secrets.Bytes(X25519.KeyLength), PeerId.None, muxers);

    internal static NoiseHandshake WithEphemeral(bool initiator, NoiseIdentity identity, ReadOnlySpan<byte> ephemeral, PeerId expected,
        params string[] muxers) =>
        new(initiator, identity, ephemeral, expected, muxers);

    /// <summary>Takes what is to be sent.</summary>
    /// <returns>The bytes; empty when there are none.</returns>
    public byte[] TakeOutput()
    {
        var bytes = _output.ToArray();
        _output.Clear();
        return bytes;
    }

    /// <summary>Takes bytes of the other side.</summary>
    /// <param name="bytes">At most <see cref="Wanted"/> bytes.</param>
    /// <exception cref="WireException">A message is malformed or does not authenticate.</exception>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotAuthentic"/>: somebody else than expected is at the other end.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length <= Wanted, "no byte more than wanted");
        _input.AddRange(bytes);
        if (_input.Count < NoiseTransport.LengthSize || Wanted > 0) return;
        var message = _input.ToArray().AsSpan(NoiseTransport.LengthSize);
        var payload = _noise.Read(message);
        _input.Clear();
        _round++;
        if (_initiator || _round == 2) Identify(payload);
        if (!IsDone) Send(new NoisePayload(_identity.PeerId, _identity.Signature, _muxers).Encode());
    }

    /// <summary>The ciphers of the connection.</summary>
    /// <returns>Owned by the caller.</returns>
    public NoiseTransport TakeTransport() => _noise.Split();

    /// <inheritdoc/>
    public void Dispose() => _noise.Dispose();

    private void Send(ReadOnlySpan<byte> payload)
    {
        var message = _noise.Write(payload);
        Span<byte> length = stackalloc byte[NoiseTransport.LengthSize];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)message.Length));
        _output.AddRange(length);
        _output.AddRange(message);
    }

    private void Identify(ReadOnlySpan<byte> bytes)
    {
        var payload = NoisePayload.Decode(bytes);
        if (!SignatureCheck.Verify(payload.Peer, NoiseIdentity.Signed(_noise.RemoteStatic), payload.Signature.Span))
            throw new WireException("noise payload", "the identity did not sign the static key");
        if (!_expected.IsNone && payload.Peer != _expected)
            throw new PeerComputeException(ErrorCode.NotAuthentic, $"At this address answers peer {payload.Peer}, not {_expected}. Check the address.");
        Peer = payload.Peer;
        if (payload.Muxers.Count == 0 || _muxers.Count == 0) return;
        var (first, second) = _initiator ? (_muxers, payload.Muxers) : (payload.Muxers, _muxers);
        Muxer = first.FirstOrDefault(second.Contains) ?? throw new WireException("stream_muxers", "none in common");
    }
}
