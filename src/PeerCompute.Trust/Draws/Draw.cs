// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Draws;

/// <summary>
/// Draws workers from a pool by a seed that nobody could choose: anybody who holds pool and seed finds the same order.
/// Fisher and Yates' shuffle (Durstenfeld's form), each step unbiased by rejection.
/// </summary>
public static class Draw
{
    /// <summary>The order in which members are asked.</summary>
    /// <param name="pool">The pool that both sides signed.</param>
    /// <param name="seed">The lease's <see cref="DrawSeed"/>.</param>
    /// <param name="except">Members that may not be drawn: first worker, issuer, steward.</param>
    /// <returns>All other members, the first drawn one first.</returns>
    public static ImmutableArray<PeerId> Order(Pool pool, Hash32 seed, params ReadOnlySpan<PeerId> except)
    {
        var left = new List<PeerId>(pool.Members.Length);
        foreach (var member in pool.Members)
        {
            if (!except.Contains(member)) left.Add(member);
        }

        var count = 0U;
        for (var i = 0; i < left.Count - 1; i++)
        {
            var other = i + (int)Below((ulong)(left.Count - i), seed, ref count);
            (left[i], left[other]) = (left[other], left[i]);
        }

        return [.. left];
    }

    /// <summary>A number below a bound: the first of the seed's numbers that falls into whole multiples of it.</summary>
    private static ulong Below(ulong bound, Hash32 seed, ref uint count)
    {
        var fair = ulong.MaxValue - (ulong.MaxValue % bound);
        while (true)
        {
            var bytes = new HashBuilder("peercompute/1/draw").Add(seed).Add(count++).Hash().ToArray();
            var number = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            if (number < fair) return number % bound;
        }
    }
}
