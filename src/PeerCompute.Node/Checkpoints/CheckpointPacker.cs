// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Node.Checkpoints;

/// <summary>
/// Puts the checkpoints of one task into the store, each as what is new in it beside the ones before: a pack of the chunks that none of them has, under
/// a key of its own, which ends in the list of pieces. Not for several threads.
/// </summary>
/// <param name="store">Takes the packs.</param>
internal sealed class CheckpointPacker(BlobStore store)
{
    /// <summary>All is packed anew when the packs have more than so many times the bytes of the checkpoint, and a mebibyte.</summary>
    private const long WasteMost = 2;

    private readonly List<BlobRef> _packs = [];
    private readonly Dictionary<Hash32, (BlobRef Pack, long Offset)> _known = [];

    /// <summary>Bytes of the last pack: what an issuer that has the checkpoint before must fetch.</summary>
    public ulong LastBytes { get; private set; }

    /// <summary>Packs a checkpoint.</summary>
    /// <param name="packed">A packed folder.</param>
    /// <param name="task">Task index.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The checkpoint, number 1: who journals it counts.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">There is no room, or the disk fails.</exception>
    /// <exception cref="Base.Errors.WireException">It is no packed folder.</exception>
    public async Task<Checkpoint> PackAsync(string packed, uint task, CancellationToken stop)
    {
        var folder = PackedFile.Read(packed);
        var size = folder.Length;
        if (_packs.Count >= Checkpoint.PacksMost || _packs.Sum(static pack => (long)pack.Size) > (WasteMost * size) + (1 << 20)) Forget();
        var temporary = packed + Disk.Unfinished;
        try
        {
            var (pieces, added) = await WriteAsync(folder, temporary, stop).ConfigureAwait(false);
            var used = _packs.Where(pack => pieces.Exists(piece => piece.Pack == pack)).ToList();
            var list = pieces.ConvertAll(piece => new CheckpointPiece(piece.Pack is null ? used.Count : used.IndexOf(piece.Pack), piece.Offset, piece.Length));
            BlobRef pack;
            using (var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Seek(0, SeekOrigin.End);
                file.Write(CheckpointPieces.Encode(Merged(list)));
                file.Position = 0;
                pack = await store.PutAsync(file, RandomNumberGenerator.GetBytes(ChaChaPoly.KeyLength), WireLimits.BlobBytes, stop).ConfigureAwait(false);
            }

            foreach (var (hash, offset) in added) _known[hash] = (pack, offset);
            Keep([.. used, pack]);
            LastBytes = pack.Size;
            return new Checkpoint(task, 1, folder.Root, (ulong)size, [.. _packs]);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Goes on from a checkpoint that others made: what is in its packs need not travel again.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="packed">The same as a packed folder.</param>
    /// <param name="pieces">Where its bytes lie.</param>
    public void GoOn(Checkpoint checkpoint, PackedFile packed, IReadOnlyList<CheckpointPiece> pieces)
    {
        Forget();
        _packs.AddRange(checkpoint.Packs);
        var (piece, at) = (0, 0L);
        foreach (var (hash, offset, length) in packed.Chunks())
        {
            while (offset >= at + pieces[piece].Length) at += pieces[piece++].Length;
            var within = offset - at;
            if (within + length <= pieces[piece].Length) _known[hash] = (_packs[pieces[piece].Pack], pieces[piece].Offset + within);
        }
    }

    /// <summary>Pieces that lie behind one another are one.</summary>
    private static List<CheckpointPiece> Merged(List<CheckpointPiece> pieces)
    {
        var merged = new List<CheckpointPiece>();
        foreach (var piece in pieces)
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Pack == piece.Pack && last.Offset + last.Length == piece.Offset)
                merged[^1] = last with { Length = last.Length + piece.Length };
            else merged.Add(piece);
        }

        return merged;
    }

    /// <summary>Writes what is new; a piece without a pack lies in what is written.</summary>
    private async Task<(List<(BlobRef? Pack, long Offset, long Length)> Pieces, List<(Hash32 Hash, long Offset)> Added)> WriteAsync(
        PackedFile folder, string to, CancellationToken stop)
    {
        var (pieces, added, written) = (new List<(BlobRef? Pack, long Offset, long Length)>(), new List<(Hash32, long)>(), 0L);
        using var file = Disk.Create(to);
        using var from = File.OpenRead(folder.Path);
        foreach (var (hash, offset, length) in folder.Chunks())
        {
            if (_known.TryGetValue(hash, out var known))
            {
                pieces.Add((known.Pack, known.Offset, length));
                continue;
            }

            await CopyAsync(offset, length).ConfigureAwait(false);
            added.Add((hash, written - length));
        }

        await CopyAsync(folder.Front, folder.Length - folder.Front).ConfigureAwait(false);
        return (pieces, added);

        async Task CopyAsync(long offset, long length)
        {
            var buffer = new byte[Math.Min(length, PackedFolder.ChunkBytes)];
            pieces.Add((null, written, length));
            from.Position = offset;
            for (var left = length; left > 0; left -= buffer.Length)
            {
                if (left < buffer.Length) buffer = new byte[left];
                await from.ReadExactlyAsync(buffer, stop).ConfigureAwait(false);
                await file.WriteAsync(buffer, stop).ConfigureAwait(false);
            }

            written += length;
        }
    }

    private void Keep(List<BlobRef> packs)
    {
        _packs.Clear();
        _packs.AddRange(packs);
        foreach (var (hash, at) in _known.ToList())
        {
            if (!packs.Contains(at.Pack)) _known.Remove(hash);
        }
    }

    private void Forget()
    {
        _packs.Clear();
        _known.Clear();
    }
}
