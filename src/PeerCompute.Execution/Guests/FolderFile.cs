// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Execution.Guests;

/// <summary>An open file of <see cref="FolderFiles"/>.</summary>
internal sealed class FolderFile : IGuestFile
{
    private readonly FolderFiles _files;
    private readonly GuestNode _node;
    private bool _closed;

    public FolderFile(FolderFiles files, GuestNode node)
    {
        _files = files;
        _node = node;
        node.Open++;
    }

    /// <inheritdoc/>
    public long Length => _node.Length;

    /// <inheritdoc/>
    public GuestError Read(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        int wanted = offset >= _node.Length ? 0 : (int)Math.Min(buffer.Length, _node.Length - offset);
        while (count < wanted)
        {
            int read = _node.Read(offset + count, buffer[count..wanted]);
            if (read == 0) throw new IOException("a file of the task became shorter while it ran");
            count += read;
        }

        return GuestError.None;
    }

    /// <inheritdoc/>
    public GuestError Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return GuestError.None;
        if (offset > long.MaxValue - bytes.Length) return GuestError.NoSpace;
        long growth = offset + bytes.Length - _node.Length;
        if (growth > 0 && !_files.Budget.TryTake(growth)) return GuestError.NoSpace;
        RandomAccess.Write(_node.Handle, bytes, offset);
        if (growth > 0) _node.Length += growth;
        return GuestError.None;
    }

    /// <inheritdoc/>
    public GuestError SetLength(long length) => _files.Resize(_node, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _node.Open--;
        _files.Release(_node);
    }
}
