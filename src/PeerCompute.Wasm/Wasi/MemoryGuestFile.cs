// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>An open file of <see cref="MemoryGuestFiles"/>.</summary>
internal sealed class MemoryGuestFile : IGuestFile
{
    private readonly MemoryGuestFiles _files;
    private readonly MemoryNode _node;
    private bool _closed;

    public MemoryGuestFile(MemoryGuestFiles files, MemoryNode node)
    {
        _files = files;
        _node = node;
        node.Open++;
    }

    public MemoryNode Node => _node;

    public long Length => _node.Length;

    public GuestError Read(long offset, Span<byte> buffer, out int count)
    {
        count = offset >= _node.Length ? 0 : (int)Math.Min(buffer.Length, _node.Length - offset);
        if (count > 0)
        {
            _node.Span.Slice((int)offset, count).CopyTo(buffer);
        }

        return GuestError.None;
    }

    public GuestError Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return GuestError.None;
        }

        if (offset > int.MaxValue)
        {
            return GuestError.NoSpace;
        }

        var error = offset + bytes.Length > _node.Length ? _files.Resize(_node, offset + bytes.Length) : GuestError.None;
        if (error == GuestError.None)
        {
            bytes.CopyTo(_node.Change((int)offset, bytes.Length));
        }

        return error;
    }

    public GuestError SetLength(long length) => _files.Resize(_node, length);

    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _node.Open--;
            _files.Release(_node);
        }
    }
}
