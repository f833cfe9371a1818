// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Wasm.Wasi;

/// <summary>The order in which programs see the entries of a folder: by the bytes of their names.</summary>
internal static class FolderOrder
{
    public static IReadOnlyList<GuestEntry> Sort(IReadOnlyList<GuestEntry> entries)
    {
        var keys = new byte[entries.Count][];
        var sorted = new GuestEntry[entries.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = Encoding.UTF8.GetBytes(entries[i].Name);
            sorted[i] = entries[i];
        }

        Array.Sort(keys, sorted, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        return sorted;
    }
}
