// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Noise;

namespace PeerCompute.Libp2p.Tests.Noise;

/// <summary>Two handshakes that talk.</summary>
internal static class NoiseTalk
{
    public static KeyPair Key(byte seed)
    {
        var bytes = new byte[32];
        bytes[0] = seed;
        return KeyPair.FromSeed(bytes);
    }

    public static Secrets Secrets(byte seed)
    {
        var bytes = new byte[32];
        bytes[1] = seed;
        return new Secrets(bytes);
    }

    public static NoiseHandshake Dial(byte seed, PeerId expected, params string[] muxers) =>
        NoiseHandshake.Dial(new NoiseIdentity(Key(seed), Secrets(seed)), Secrets((byte)(seed + 100)), expected, muxers);

    public static NoiseHandshake Listen(byte seed, params string[] muxers) =>
        NoiseHandshake.Listen(new NoiseIdentity(Key(seed), Secrets(seed)), Secrets((byte)(seed + 100)), muxers);

    public static void Feed(NoiseHandshake machine, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && machine.Wanted > 0)
        {
            var take = Math.Min(machine.Wanted, bytes.Length);
            machine.Receive(bytes[..take]);
            bytes = bytes[take..];
        }
    }

    public static void Talk(NoiseHandshake a, NoiseHandshake b, int change = -1)
    {
        var at = 0;
        for (var i = 0; i < 3; i++)
        {
            var (from, to) = i % 2 == 0 ? (a, b) : (b, a);
            var bytes = from.TakeOutput();
            if (change >= at && change < at + bytes.Length) bytes[change - at] ^= 1;
            at += bytes.Length;
            Feed(to, bytes);
        }
    }
}
