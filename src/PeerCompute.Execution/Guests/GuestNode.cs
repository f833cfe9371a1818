// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Execution.Guests;

/// <summary>A file or folder as the guest names it. Only its bytes lie on the host's disk, under a number.</summary>
internal sealed class GuestNode
{
    private readonly string? _path;
    private Func<long, (long At, int Count)>? _locate;
    private SafeFileHandle? _handle;

    private GuestNode(string? path, bool readOnly, long length)
    {
        _path = path;
        ReadOnly = readOnly;
        Length = length;
    }

    /// <summary>What a folder holds; null for a file.</summary>
    public SortedDictionary<string, GuestNode>? Children { get; private init; }

    /// <summary>Whether the guest may only read it.</summary>
    public bool ReadOnly { get; }

    /// <summary>The number of a file of the guest's own; -1 for inputs and folders.</summary>
    public int Number { get; private init; } = -1;

    /// <summary>Bytes of a file.</summary>
    public long Length { get; set; }

    /// <summary>How often it is open.</summary>
    public int Open { get; set; }

    /// <summary>Whether a name leads here.</summary>
    public bool Linked { get; set; } = true;

    public GuestKind Kind => Children is null ? GuestKind.File : GuestKind.Folder;

    /// <summary>The open file on the host, opened at its first use.</summary>
    public SafeFileHandle Handle => _handle ??= ReadOnly
        ? File.OpenHandle(_path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
        : File.OpenHandle(_path!, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    public static GuestNode Folder(bool readOnly = false) => new(null, readOnly, 0)
    {
        Children = new SortedDictionary<string, GuestNode>(StringComparer.Ordinal),
    };

    public static GuestNode Input(string path) => new(path, true, new FileInfo(path).Length);

    /// <summary>A file of a packed folder.</summary>
    public static GuestNode Input(PackedInput folder, int entry)
        => new(folder.Path, true, folder.Entries[entry].Length) { _locate = offset => folder.Locate(entry, offset) };

    public static GuestNode Output(string path, int number)
    {
        var node = new GuestNode(path, false, 0) { Number = number };
        _ = node.Handle;
        return node;
    }

    /// <summary>Reads bytes from the host's file.</summary>
    /// <returns>Bytes read, 0 where the file has none there.</returns>
    public int Read(long offset, Span<byte> buffer)
    {
        if (_locate is null) return RandomAccess.Read(Handle, buffer, offset);
        var (at, count) = _locate(offset);
        return RandomAccess.Read(Handle, buffer[..Math.Min(count, buffer.Length)], at);
    }

    /// <summary>Closes the file on the host.</summary>
    public void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }

    /// <summary>Closes the file on the host and empties it: no name leads to it any more, and another file may take its place.</summary>
    public void Empty()
    {
        Close();
        if (_path is null || ReadOnly) return;
        using SafeFileHandle file = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.SetLength(file, 0);
    }
}
