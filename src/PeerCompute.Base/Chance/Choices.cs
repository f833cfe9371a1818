// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Chance;

/// <summary>
/// Repeatable chance for jitter, sampling and ties (xoshiro256**, Blackman and Vigna 2018; seeded by SplitMix64).
/// Never for what an adversary would gain by predicting: that is <see cref="Secrets"/>.
/// </summary>
public sealed class Choices
{
    private ulong _a, _b, _c, _d;

    /// <summary>A generator of its own for one purpose of one node.</summary>
    /// <param name="seed">The seed; mix run seed, node and purpose into it.</param>
    public Choices(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>Goes on where another generator stood.</summary>
    /// <param name="state">Its <see cref="State"/>; not all zero, for such a generator gives nothing but zeros.</param>
    public Choices((ulong A, ulong B, ulong C, ulong D) state)
    {
        (_a, _b, _c, _d) = state;
        Invariant.Check((_a | _b | _c | _d) != 0);
    }

    /// <summary>Where the generator stands: all that decides what comes next.</summary>
    public (ulong A, ulong B, ulong C, ulong D) State => (_a, _b, _c, _d);

    /// <summary>The next 64 bits.</summary>
    /// <returns>A uniformly distributed number.</returns>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number below a bound, without bias (rejection).</summary>
    /// <param name="bound">Exclusive upper bound, at least 1.</param>
    /// <returns>0 to bound - 1.</returns>
    public int Below(int bound)
    {
        Invariant.Check(bound > 0);
        var limit = ulong.MaxValue - (ulong.MaxValue % (ulong)bound);
        ulong draw;
        do draw = Next();
        while (draw >= limit);
        return (int)(draw % (ulong)bound);
    }

    /// <summary>A span between two spans, uniformly, in microsecond steps.</summary>
    /// <param name="least">Inclusive.</param>
    /// <param name="most">Inclusive.</param>
    /// <returns>The span.</returns>
    public TimeSpan Span(TimeSpan least, TimeSpan most)
    {
        var width = (ulong)((most - least).Ticks / 10) + 1;
        return least + new TimeSpan((long)(Next() % width) * 10);
    }

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    /// <typeparam name="T">Any.</typeparam>
    /// <param name="items">What to shuffle.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
