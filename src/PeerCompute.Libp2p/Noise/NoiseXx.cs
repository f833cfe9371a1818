// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Noise;

/// <summary>The XX pattern of the Noise protocol framework, revision 34, with 25519, ChaChaPoly and SHA256: three messages with any payloads.</summary>
internal sealed class NoiseXx : IDisposable
{
    private readonly bool _initiator;
    private readonly byte[] _static;
    private readonly byte[] _staticPublic;
    private readonly byte[] _ephemeral;
    private readonly byte[] _ephemeralPublic;
    private readonly byte[] _remoteEphemeral = new byte[X25519.KeyLength];
    private readonly byte[] _remoteStatic = new byte[X25519.KeyLength];
    private readonly byte[] _chain;
    private readonly byte[] _hash;
    private readonly byte[] _nonce = new byte[ChaChaPoly.NonceLength];
    private ChaChaPoly? _cipher;
    private int _message;

    public NoiseXx(bool initiator, ReadOnlySpan<byte> prologue, ReadOnlySpan<byte> staticSecret, ReadOnlySpan<byte> staticPublic,
        ReadOnlySpan<byte> ephemeralSecret)
    {
        _initiator = initiator;
        _static = staticSecret.ToArray();
        _staticPublic = staticPublic.ToArray();
        _ephemeral = ephemeralSecret.ToArray();
        _ephemeralPublic = X25519.PublicKey(ephemeralSecret);
        _hash = "Noise_XX_25519_ChaChaPoly_SHA256"u8.ToArray(); // 32 bytes: taken as they are
        _chain = [.. _hash];
        MixHash(prologue);
    }

    public ReadOnlySpan<byte> Hash => _hash;

    public ReadOnlySpan<byte> RemoteStatic => _remoteStatic;

    public bool IsComplete => _message == 3;

    private bool MyTurn => _initiator == (_message % 2 == 0);

    public byte[] Write(ReadOnlySpan<byte> payload)
    {
        Invariant.Check(!IsComplete && MyTurn);
        var output = new List<byte>();
        if (_message < 2)
        {
            output.AddRange(_ephemeralPublic);
            MixHash(_ephemeralPublic);
        }

        if (_message == 1) MixKey(_ephemeral, _remoteEphemeral);
        if (_message > 0)
        {
            output.AddRange(Encrypt(_staticPublic));
            MixKey(_static, _remoteEphemeral);
        }

        output.AddRange(Encrypt(payload));
        _message++;
        return output.ToArray();
    }

    public byte[] Read(ReadOnlySpan<byte> message)
    {
        Invariant.Check(!IsComplete && !MyTurn);
        if (_message < 2)
        {
            Cut(ref message, X25519.KeyLength).CopyTo(_remoteEphemeral);
            MixHash(_remoteEphemeral);
        }

        if (_message == 1) MixKey(_ephemeral, _remoteEphemeral);
        if (_message > 0)
        {
            Decrypt(Cut(ref message, X25519.KeyLength + ChaChaPoly.TagLength)).CopyTo(_remoteStatic, 0);
            MixKey(_ephemeral, _remoteStatic);
        }

        var payload = Decrypt(message);
        _message++;
        return payload;
    }

    public NoiseTransport Split()
    {
        Invariant.Check(IsComplete);
        Span<byte> keys = stackalloc byte[64];
        Derive([], keys);
        var transport = _initiator ? new NoiseTransport(keys[..32], keys[32..]) : new NoiseTransport(keys[32..], keys[..32]);
        CryptographicOperations.ZeroMemory(keys);
        return transport;
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_ephemeral);
        CryptographicOperations.ZeroMemory(_static);
        CryptographicOperations.ZeroMemory(_chain);
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> message, int length)
    {
        if (message.Length < length) throw new WireException("noise message", "cut short");
        var part = message[..length];
        message = message[length..];
        return part;
    }

    private void MixHash(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_hash);
        hash.AppendData(data);
        hash.GetHashAndReset(_hash);
    }

    private void MixKey(ReadOnlySpan<byte> mine, ReadOnlySpan<byte> theirs)
    {
        Span<byte> shared = stackalloc byte[X25519.KeyLength];
        if (!X25519.Agree(mine, theirs, shared)) throw new WireException("noise key", "of small order");
        Span<byte> keys = stackalloc byte[64];
        Derive(shared, keys);
        keys[..32].CopyTo(_chain);
        _cipher?.Dispose();
        _cipher = new ChaChaPoly(keys[32..]);
        Array.Clear(_nonce);
        CryptographicOperations.ZeroMemory(keys);
        CryptographicOperations.ZeroMemory(shared);
    }

    /// <summary>Noise's HKDF with two outputs: HMACs, because the system's HKDF takes no empty input.</summary>
    private void Derive(ReadOnlySpan<byte> input, Span<byte> keys)
    {
        Span<byte> temp = stackalloc byte[32];
        HMACSHA256.HashData(_chain, input, temp);
        HMACSHA256.HashData(temp, [1], keys[..32]);
        HMACSHA256.HashData(temp, [.. keys[..32], 2], keys[32..]);
        CryptographicOperations.ZeroMemory(temp);
    }

    private byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        var output = plaintext.ToArray();
        if (_cipher is not null)
        {
            output = new byte[plaintext.Length + ChaChaPoly.TagLength];
            _cipher.Encrypt(_nonce, plaintext, output, _hash);
            NextNonce();
        }

        MixHash(output);
        return output;
    }

    private byte[] Decrypt(ReadOnlySpan<byte> input)
    {
        var output = input.ToArray();
        if (_cipher is not null)
        {
            if (input.Length < ChaChaPoly.TagLength) throw new WireException("noise message", "cut short");
            output = new byte[input.Length - ChaChaPoly.TagLength];
            if (!_cipher.Decrypt(_nonce, input, output, _hash)) throw new WireException("noise message", "does not authenticate");
            NextNonce();
        }

        MixHash(input);
        return output;
    }

    private void NextNonce()
    {
        var counter = _nonce.AsSpan(4);
        BinaryPrimitives.WriteUInt64LittleEndian(counter, BinaryPrimitives.ReadUInt64LittleEndian(counter) + 1);
    }
}
