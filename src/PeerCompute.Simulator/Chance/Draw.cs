// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Simulator.Chance;

/// <summary>Chance of a run: one generator per purpose and node, so that an extra draw in one place moves nothing elsewhere.</summary>
internal static class Draw
{
    /// <summary>Quantiles of the exponential distribution with mean 1000, at (i + 1/2) / 256.</summary>
    private static readonly short[] Exponential =
    [
        2, 6, 10, 14, 18, 22, 26, 30, 34, 38, 42, 46, 50, 54, 58, 62,
        67, 71, 75, 79, 83, 88, 92, 96, 101, 105, 109, 114, 118, 122, 127, 131,
        136, 140, 145, 149, 154, 158, 163, 168, 172, 177, 182, 186, 191, 196, 200, 205,
        210, 215, 220, 225, 230, 234, 239, 244, 249, 254, 259, 265, 270, 275, 280, 285,
        290, 296, 301, 306, 311, 317, 322, 328, 333, 338, 344, 349, 355, 361, 366, 372,
        378, 383, 389, 395, 401, 406, 412, 418, 424, 430, 436, 442, 448, 454, 461, 467,
        473, 479, 486, 492, 499, 505, 511, 518, 525, 531, 538, 545, 551, 558, 565, 572,
        579, 586, 593, 600, 607, 614, 622, 629, 636, 644, 651, 659, 666, 674, 681, 689,
        697, 705, 713, 721, 729, 737, 745, 754, 762, 770, 779, 787, 796, 805, 813, 822,
        831, 840, 849, 858, 868, 877, 886, 896, 906, 915, 925, 935, 945, 955, 965, 976,
        986, 997, 1007, 1018, 1029, 1040, 1051, 1062, 1074, 1085, 1097, 1108, 1120, 1132, 1145, 1157,
        1169, 1182, 1195, 1208, 1221, 1234, 1248, 1262, 1275, 1290, 1304, 1318, 1333, 1348, 1363, 1379,
        1394, 1410, 1426, 1443, 1459, 1476, 1493, 1511, 1529, 1547, 1565, 1584, 1604, 1623, 1643, 1664,
        1684, 1706, 1727, 1750, 1772, 1796, 1819, 1844, 1869, 1895, 1921, 1948, 1976, 2004, 2034, 2064,
        2095, 2127, 2161, 2195, 2231, 2268, 2306, 2347, 2388, 2432, 2477, 2525, 2575, 2627, 2683, 2742,
        2804, 2871, 2942, 3019, 3103, 3194, 3294, 3405, 3530, 3673, 3840, 4041, 4292, 4629, 5140, 6238,
    ];

    /// <summary>32 bytes that belong to one purpose of one node of one run.</summary>
    public static Hash32 Bytes(ulong seed, string purpose, ulong a = 0, ulong b = 0)
        => new HashBuilder("peercompute/1/simulated").Add(seed).Add(purpose).Add(a).Add(b).Hash();

    public static ulong Word(ulong seed, string purpose, ulong a = 0, ulong b = 0)
        => BinaryPrimitives.ReadUInt64BigEndian(Bytes(seed, purpose, a, b).ToArray());

    public static Choices Stream(ulong seed, string purpose, ulong a = 0, ulong b = 0) => new(Word(seed, purpose, a, b));

    /// <summary>A number that belongs to a pair of nodes, whichever is named first, both ends included. Asked for often, so mixed rather than hashed.</summary>
    public static long OfPair(ulong salt, int a, int b, long least, long most)
    {
        var (low, high) = a < b ? (a, b) : (b, a);
        var word = Mixed(salt ^ Mixed(((ulong)(uint)low << 32) | (uint)high));
        return least + (long)(word % (ulong)(most - least + 1));
    }

    // SplitMix64's finaliser (Steele, Lea and Flood, 2014).
    private static ulong Mixed(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform, both ends included.</summary>
    public static long Between(this Choices choices, long least, long most) => least + (long)(choices.Next() % ((ulong)(most - least) + 1));

    /// <summary>True so many times out of a million.</summary>
    public static bool Happens(this Choices choices, int ppm) => ppm > 0 && choices.Next() % 1_000_000 < (ulong)ppm;

    /// <summary>Exponential with a mean, from an integer table.</summary>
    public static long Around(this Choices choices, long mean) => Math.Max(1, mean * Exponential[choices.Next() & 255] / 1000);

    /// <summary>
    /// Weibull, by inversion. Lives of peers follow it with a shape below one: who has stayed for long stays longer (Stutzbach and Rejaie, Understanding
    /// Churn in Peer-to-Peer Networks, 2006).
    /// </summary>
    /// <param name="choices">The generator.</param>
    /// <param name="shapePermille">The shape, thousandths.</param>
    /// <param name="scale">The scale: 63.2 % of all are below it.</param>
    /// <param name="most">What is cut off above.</param>
    public static long Weibull(this Choices choices, int shapePermille, long scale, long most)
    {
        var open = ((choices.Next() >> 11) + 0.5) / (1UL << 53);
        var drawn = scale * PortableMath.Pow(-PortableMath.Ln(open), 1000.0 / shapePermille);
        return drawn >= most ? most : Math.Max(1, (long)drawn);
    }
}
