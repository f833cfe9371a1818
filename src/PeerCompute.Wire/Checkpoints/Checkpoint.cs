// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Wire.Checkpoints;

/// <summary>
/// A folder that a task had written when it was not done, and where its bytes are (docs/protocol/job.md#checkpoints). What the program put into it is the
/// word of who ran it: nobody has verified it.
/// </summary>
/// <param name="Task">Task index.</param>
/// <param name="Number">Counts within a lease, from 1.</param>
/// <param name="Root">Root of the folder's manifest: its name by content.</param>
/// <param name="Size">Bytes of the <see cref="PackedFolder"/>.</param>
/// <param name="Packs">What is fetched for it, with content keys; the last one ends in the <see cref="CheckpointPieces"/>.</param>
public sealed record Checkpoint(uint Task, ulong Number, Hash32 Root, ulong Size, ImmutableArray<BlobRef> Packs)
{
    /// <summary>Most packs: then all bytes are put into one.</summary>
    public const int PacksMost = 16;

    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = (PacksMost * 128) + 128;

    /// <summary>Most bytes of a packed folder whose files may have so many.</summary>
    /// <param name="limits">Of the task.</param>
    /// <returns>The bytes: those of the files and of the longest list.</returns>
    public static ulong SizeMost(TaskLimits limits) => limits.CheckpointBytes + PackedFolder.ListBytes + PackedFolder.TrailerBytes;

    /// <summary>Most bytes of all packs together: what is no longer needed may lie beside what is, until it is as much.</summary>
    /// <param name="limits">Of the task.</param>
    /// <returns>The bytes.</returns>
    public static ulong PacksBytesMost(TaskLimits limits) => 3 * SizeMost(limits);

    /// <summary>Bytes of all packs.</summary>
    public ulong PacksBytes
    {
        get
        {
            ulong bytes = 0;
            foreach (var pack in Packs) bytes += pack.Size;
            return bytes;
        }
    }

    /// <summary>Names of all packs.</summary>
    public ImmutableArray<Hash32> Roots
    {
        get
        {
            var roots = ImmutableArray.CreateBuilder<Hash32>(Packs.Length);
            foreach (var pack in Packs) roots.Add(pack.Root);
            return roots.MoveToImmutable();
        }
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Checkpoint Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Checkpoint.Parser, bytes, MaxBytes, "checkpoint");
        if (m.Packs.Count == 0) throw new WireException("packs", "missing");
        return new Checkpoint(
            (uint)Canonical.Within(m.Task, 0, WireLimits.TasksPerJob - 1, "task"),
            Canonical.Within(m.Number, 1, uint.MaxValue, "number"),
            Canonical.Hash(m.Root, "root"),
            Canonical.Within(m.Size, 1, (ulong)PackedFolder.BytesMost, "size"),
            Canonical.List(m.Packs, PacksMost, "packs", BlobRef.From));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sealed.</returns>
    public byte[] Encode()
    {
        var m = new V1.Checkpoint { Task = Task, Number = Number, Root = Canonical.Bytes(Root), Size = Size };
        foreach (var pack in Packs) m.Packs.Add(pack.ToProto());
        return m.ToByteArray();
    }

    /// <inheritdoc/>
    public bool Equals(Checkpoint? other) => other is not null && Encode().AsSpan().SequenceEqual(other.Encode());

    /// <inheritdoc/>
    public override int GetHashCode() => Root.GetHashCode();
}
