// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Trust.Forms;

/// <summary>Walks the chunks of a PNG file. The only place that goes by their lengths, which strangers write.</summary>
internal ref struct PngChunks
{
    private ReadOnlySpan<byte> _rest;

    private PngChunks(ReadOnlySpan<byte> rest) => _rest = rest;

    /// <summary>What each PNG begins with (section 5.2).</summary>
    public static ReadOnlySpan<byte> Signature => [137, 80, 78, 71, 13, 10, 26, 10];

    /// <summary>Stands before the first chunk of a file; false where it does not begin as a PNG.</summary>
    /// <param name="file">Any bytes.</param>
    /// <param name="chunks">The walk.</param>
    public static bool TryOpen(ReadOnlySpan<byte> file, out PngChunks chunks)
    {
        var isPng = file.StartsWith(Signature);
        chunks = new PngChunks(isPng ? file[Signature.Length..] : []);
        return isPng;
    }

    /// <summary>The next chunk; false where no whole one is left.</summary>
    /// <param name="chunk">The chunk.</param>
    public bool TryNext(out PngChunk chunk)
    {
        chunk = default;
        if (_rest.Length < PngChunk.Around) return false;
        var size = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        if (size > (uint)(_rest.Length - PngChunk.Around)) return false;
        chunk = new PngChunk(_rest[..((int)size + PngChunk.Around)]);
        _rest = _rest[chunk.Bytes.Length..];
        return true;
    }
}
