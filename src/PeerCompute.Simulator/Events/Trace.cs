// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Events;

/// <summary>A rolling 64-bit hash (FNV-1a, word by word) of everything that happened: two runs are the same when it is.</summary>
internal sealed class Trace
{
    private const ulong Offset = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    public ulong Hash { get; private set; } = Offset;

    public void Add(ulong word) => Hash = Mix(Hash, word);

    public void Add(in SimEvent e)
    {
        Add((ulong)e.At);
        Add(((ulong)e.Kind << 56) ^ ((ulong)(uint)e.Source << 24) ^ (uint)e.Target);
        Add(e.Sequence);
        Add((ulong)e.Tag);
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Offset;
        foreach (var b in bytes) hash = (hash ^ b) * Prime;
        return hash;
    }

    /// <summary>Also folds the high half down: multiplication alone never moves bits to the right.</summary>
    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * Prime;
        return hash ^ (hash >> 29);
    }
}
