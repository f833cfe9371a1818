// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Tests.Commands;

/// <summary>The sample of bodies, computed by another program on the processor.</summary>
internal static class Bodies
{
    /// <summary>Places of all bodies at the end, four numbers each.</summary>
    public static int[] Places(int task, int bodies, int rounds)
    {
        var (place, speed) = (new int[bodies * 4], new int[bodies * 4]);
        for (uint i = 0; i < bodies; i++)
        {
            var seed = Mix((i * 3) + 1) ^ Mix((uint)task + 77);
            for (uint k = 0; k < 3; k++) place[(i * 4) + k] = (int)(Mix(unchecked(seed + k)) & 0x3fffff);
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < bodies; i++) Pull(place, speed, i * 4, bodies);
            for (var i = 0; i < place.Length; i++) place[i] += speed[i];
        }

        return place;
    }

    private static void Pull(int[] place, int[] speed, int me, int bodies)
    {
        Span<long> pull = stackalloc long[3], way = stackalloc long[3];
        for (var other = 0; other < bodies * 4; other += 4)
        {
            var square = 1L << 30;
            for (var k = 0; k < 3; k++)
            {
                way[k] = (long)place[other + k] - place[me + k];
                square += way[k] * way[k];
            }

            var cube = (square >> 16) * (long)(Root((ulong)square) >> 2);
            for (var k = 0; k < 3; k++) pull[k] += (way[k] << 24) / cube;
        }

        for (var k = 0; k < 3; k++) speed[me + k] += (int)pull[k];
    }

    /// <summary>The whole part of a square root: a guess by floating point, put right.</summary>
    private static ulong Root(ulong n)
    {
        var root = (ulong)Math.Sqrt(n);
        while (root * root > n) root--;
        while ((root + 1) * (root + 1) <= n) root++;
        return root;
    }

    private static uint Mix(uint x)
    {
        unchecked
        {
            x = (x ^ (x >> 16)) * 0x7feb352dU;
            x = (x ^ (x >> 15)) * 0x846ca68bU;
            return x ^ (x >> 16);
        }
    }
}
