// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Chance;

/// <summary>
/// Unpredictable bytes for salts, nonces and keys: the ChaCha20 key stream (RFC 8439 section 2.3) under a 256-bit key that the shell
/// takes from the system, the simulator from the run seed. After each request the key is replaced by the stream's first 32 bytes,
/// so a later look into memory does not show earlier secrets.
/// </summary>
public sealed class Secrets
{
    private readonly uint[] _key = new uint[8];
    private ulong _counter;

    /// <summary>A generator under a key.</summary>
    /// <param name="key">32 bytes.</param>
    public Secrets(ReadOnlySpan<byte> key)
    {
        Invariant.Check(key.Length == 32);
        for (var i = 0; i < 8; i++) _key[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
    }

    /// <summary>Fills a buffer.</summary>
    /// <param name="destination">Any length up to 1 MiB.</param>
    public void Fill(Span<byte> destination)
    {
        Invariant.Check(destination.Length <= 1 << 20);
        Span<byte> block = stackalloc byte[64];
        Block(block);
        Span<byte> next = stackalloc byte[32];
        block[..32].CopyTo(next);
        var have = block[32..];
        while (destination.Length > 0)
        {
            var take = Math.Min(have.Length, destination.Length);
            have[..take].CopyTo(destination);
            destination = destination[take..];
            if (destination.Length == 0) break;
            Block(block);
            have = block;
        }

        for (var i = 0; i < 8; i++) _key[i] = BinaryPrimitives.ReadUInt32LittleEndian(next[(4 * i)..]);
        _counter = 0;
    }

    /// <summary>New secret bytes.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The bytes.</returns>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    private void Block(Span<byte> output)
    {
        Span<uint> s = stackalloc uint[16];
        s[0] = 0x61707865;
        s[1] = 0x3320646E;
        s[2] = 0x79622D32;
        s[3] = 0x6B206574;
        _key.CopyTo(s[4..]);
        s[12] = (uint)_counter;
        s[13] = (uint)(_counter >> 32);
        s[14] = s[15] = 0;
        _counter++;
        Span<uint> w = stackalloc uint[16];
        s.CopyTo(w);
        for (var i = 0; i < 10; i++)
        {
            Quarter(w, 0, 4, 8, 12);
            Quarter(w, 1, 5, 9, 13);
            Quarter(w, 2, 6, 10, 14);
            Quarter(w, 3, 7, 11, 15);
            Quarter(w, 0, 5, 10, 15);
            Quarter(w, 1, 6, 11, 12);
            Quarter(w, 2, 7, 8, 13);
            Quarter(w, 3, 4, 9, 14);
        }

        for (var i = 0; i < 16; i++) w[i] += s[i];
        MemoryMarshal.AsBytes(w).CopyTo(output);
    }

    private static void Quarter(Span<uint> s, int a, int b, int c, int d)
    {
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 7);
    }
}
