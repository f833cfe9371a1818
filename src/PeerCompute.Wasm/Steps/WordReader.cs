// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;

namespace PeerCompute.Wasm.Steps;

/// <summary>Reads a part of a state as 32-bit numbers, one after another.</summary>
internal ref struct WordReader(PagedBytes part)
{
    private const int WordsPerPage = PageTree.PageBytes / sizeof(uint);

    private readonly PagedBytes _part = part;
    private ReadOnlySpan<byte> _page;
    private long _next;

    public uint Next(string field)
    {
        if ((_next + 1) * sizeof(uint) > _part.Length)
        {
            throw new WireException(field, "cut short");
        }

        var at = (int)(_next % WordsPerPage);
        if (at == 0)
        {
            _page = _part.Pages.Page((int)(_next / WordsPerPage));
        }

        _next++;
        return BinaryPrimitives.ReadUInt32LittleEndian(_page[(at * sizeof(uint))..]);
    }
}
