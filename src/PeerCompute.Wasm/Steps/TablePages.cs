// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Steps;

/// <summary>The pages of all tables of an instance: 4 bytes for the size of each, then 4 for each element (docs/step-abi.md, section 4.4).</summary>
internal sealed class TablePages(Table[] tables) : IPageSource
{
    private const int WordsPerPage = PageTree.PageBytes / sizeof(uint);

    private readonly byte[] _page = new byte[PageTree.PageBytes];

    /// <summary>Bytes of all of it.</summary>
    public long Length
    {
        get
        {
            long words = tables.Length;
            foreach (var table in tables)
            {
                words += table.Size;
            }

            return words * sizeof(uint);
        }
    }

    public ReadOnlySpan<byte> Page(int index)
    {
        var from = (long)index * WordsPerPage;
        var to = Math.Min(from + WordsPerPage, Length / sizeof(uint));
        for (var word = from; word < Math.Min(to, tables.Length); word++)
        {
            Put(word - from, tables[word].Size);
        }

        long start = tables.Length;
        foreach (var table in tables)
        {
            for (var word = Math.Max(from, start); word < Math.Min(to, start + table.Size); word++)
            {
                Put(word - from, FunctionIndex.Of(table[(uint)(word - start)]));
            }

            start += table.Size;
        }

        return _page.AsSpan(0, (int)(to - from) * sizeof(uint));
    }

    private void Put(long word, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_page.AsSpan((int)word * sizeof(uint)), value);
}
