// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>A file or folder of <see cref="MemoryGuestFiles"/>.</summary>
internal sealed class MemoryNode
{
    private byte[] _bytes = [];

    public MemoryNode(bool folder) => Children = folder ? new SortedDictionary<string, MemoryNode>(StringComparer.Ordinal) : null;

    public SortedDictionary<string, MemoryNode>? Children { get; }

    public bool ReadOnly { get; set; }

    /// <summary>Whether a name leads here; a file without one lives until it is closed.</summary>
    public bool Linked { get; set; } = true;

    public int Open { get; set; }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    public Span<byte> Span => _bytes.AsSpan(0, Length);

    public GuestStat Stat => new(Children is null ? GuestKind.File : GuestKind.Folder, Length);

    public void SetLength(int length)
    {
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(length, (long)_bytes.Length * 2)));
        }
        else if (length < Length)
        {
            Array.Clear(_bytes, length, Length - length);
        }

        Length = length;
    }
}
