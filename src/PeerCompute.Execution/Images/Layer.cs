// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Execution.Images;

/// <summary>An unpacked layer: the list of its entries. Contents of files lie beside it, under numbers: no name of a stranger's is used.</summary>
internal sealed record Layer
{
    private const int MostText = 1 << 16;

    /// <summary>Its entries, in the order of the archive.</summary>
    public required IReadOnlyList<LayerEntry> Entries { get; init; }

    /// <summary>Hash of the archive as it was packed.</summary>
    public Hash32 Packed { get; init; }

    /// <summary>Hash of the archive unpacked: its diff id (OCI image specification, config.md, Layer DiffID).</summary>
    public Hash32 DiffId { get; init; }

    /// <summary>Bytes of the archive as it was packed.</summary>
    public long PackedBytes { get; init; }

    /// <summary>Bytes of the archive unpacked.</summary>
    public long UnpackedBytes { get; init; }

    /// <summary>Devices and pipes, which are not made.</summary>
    public int LeftOut { get; init; }

    /// <summary>Files that asked for their owner's rights, which they do not get.</summary>
    public int Stripped { get; init; }

    /// <summary>The list as bytes.</summary>
    public byte[] ToBytes()
    {
        ProtoWriter writer = new ProtoWriter().Bytes(1, Packed.ToArray()).Bytes(2, DiffId.ToArray()).Varint(3, (ulong)PackedBytes)
            .Varint(4, (ulong)UnpackedBytes).Varint(5, (ulong)LeftOut).Varint(6, (ulong)Stripped);
        foreach (LayerEntry entry in Entries)
        {
            writer.Bytes(7, new ProtoWriter().Varint(1, (ulong)entry.Kind).Text(2, entry.Path).Text(3, entry.Target).Varint(4, (ulong)entry.Number)
                .Varint(5, (ulong)entry.Size).Written.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a list that this node wrote.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave.</param>
    public static Layer FromBytes(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<LayerEntry>();
        var layer = new Layer { Entries = entries };
        var reader = new ProtoReader(bytes, int.MaxValue);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: layer = layer with { Packed = new Hash32(reader.Bytes("packed", MostText)) }; break;
                case 2: layer = layer with { DiffId = new Hash32(reader.Bytes("diff id", MostText)) }; break;
                case 3: layer = layer with { PackedBytes = (long)reader.Varint("packed bytes") }; break;
                case 4: layer = layer with { UnpackedBytes = (long)reader.Varint("unpacked bytes") }; break;
                case 5: layer = layer with { LeftOut = (int)reader.Varint("left out") }; break;
                case 6: layer = layer with { Stripped = (int)reader.Varint("stripped") }; break;
                case 7: entries.Add(Entry(reader.Bytes("entry", MostText))); break;
                default: reader.Skip(); break;
            }
        }

        return layer;
    }

    private static LayerEntry Entry(ReadOnlySpan<byte> bytes)
    {
        var entry = new LayerEntry(LayerEntryKind.Folder, "");
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: entry = entry with { Kind = (LayerEntryKind)reader.Varint("kind") }; break;
                case 2: entry = entry with { Path = Encoding.UTF8.GetString(reader.Bytes("path", MostText)) }; break;
                case 3: entry = entry with { Target = Encoding.UTF8.GetString(reader.Bytes("target", MostText)) }; break;
                case 4: entry = entry with { Number = (int)reader.Varint("number") }; break;
                case 5: entry = entry with { Size = (long)reader.Varint("size") }; break;
                default: reader.Skip(); break;
            }
        }

        return entry;
    }
}
