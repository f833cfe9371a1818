// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Libp2p.Noise;

/// <summary>The two ciphers of a connection after the handshake. Encrypting and decrypting may run beside each other, each by one caller at a time.</summary>
public sealed class NoiseTransport : IDisposable
{
    /// <summary>Bytes of the length in front of every message.</summary>
    public const int LengthSize = 2;

    /// <summary>Longest message behind its length, bytes.</summary>
    public const int MaxMessage = 65535;

    /// <summary>Longest plaintext of one message, bytes.</summary>
    public const int MaxPlaintext = MaxMessage - ChaChaPoly.TagLength;

    /// <summary>Bytes that a message is longer than its plaintext, its length included.</summary>
    public const int Overhead = LengthSize + ChaChaPoly.TagLength;

    private readonly Half _send;
    private readonly Half _receive;

    internal NoiseTransport(ReadOnlySpan<byte> sendKey, ReadOnlySpan<byte> receiveKey)
    {
        _send = new Half(sendKey);
        _receive = new Half(receiveKey);
    }

    /// <summary>Makes a message in place.</summary>
    /// <param name="frame">Two free bytes, the plaintext (at most <see cref="MaxPlaintext"/>), sixteen free bytes.</param>
    public void Encrypt(Span<byte> frame)
    {
        var body = frame[LengthSize..];
        Invariant.Check(body.Length is >= ChaChaPoly.TagLength and <= MaxMessage);
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)body.Length);
        _send.Cipher.Encrypt(_send.Nonce, body[..^ChaChaPoly.TagLength], body, []);
        _send.Next();
    }

    /// <summary>Opens a message in place: the plaintext is at its start afterwards.</summary>
    /// <param name="body">The message without its length.</param>
    /// <returns>Bytes of plaintext, -1 when the message does not authenticate (the connection is lost).</returns>
    public int Decrypt(Span<byte> body)
    {
        var length = body.Length - ChaChaPoly.TagLength;
        if (length < 0 || !_receive.Cipher.Decrypt(_receive.Nonce, body, body[..length], [])) return -1;
        _receive.Next();
        return length;
    }

    /// <summary>Forgets the keys. Only when nobody encrypts or decrypts any more.</summary>
    public void Dispose()
    {
        _send.Cipher.Dispose();
        _receive.Cipher.Dispose();
    }

    private sealed class Half(ReadOnlySpan<byte> key)
    {
        private ulong _counter;

        public ChaChaPoly Cipher { get; } = new(key);

        public byte[] Nonce { get; } = new byte[ChaChaPoly.NonceLength];

        public void Next() => BinaryPrimitives.WriteUInt64LittleEndian(Nonce.AsSpan(4), ++_counter);
    }
}
