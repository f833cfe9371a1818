// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Guests;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Checkpoints;

namespace PeerCompute.Node.Checkpoints;

/// <summary>Lays a checkpoint out that somebody else made: everything in it is a stranger's word, and checked.</summary>
/// <param name="store">Has the packs.</param>
internal sealed class CheckpointOpener(BlobStore store)
{
    /// <summary>Lays it out.</summary>
    /// <param name="checkpoint">The checkpoint, within the job's bounds.</param>
    /// <param name="mostBytes">Bytes of its files together.</param>
    /// <param name="place">An empty folder; the checkpoint goes into <c>files</c> in it.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The folder laid out; the packed one, and where its bytes lie.</returns>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.NotFound"/>, <see cref="ErrorCode.NotAuthentic"/>: a pack; <see cref="ErrorCode.BadInput"/>: what it holds breaks a rule.
    /// </exception>
    public async Task<(string Files, PackedFile Packed, IReadOnlyList<CheckpointPiece> Pieces)> OpenAsync(
        Checkpoint checkpoint, ulong mostBytes, string place, CancellationToken stop)
    {
        var packs = new List<string>();
        try
        {
            foreach (var pack in checkpoint.Packs)
            {
                packs.Add(Path.Combine(place, packs.Count.ToString(CultureInfo.InvariantCulture) + ".part"));
                using var file = Disk.Create(packs[^1]);
                await store.OpenAsync(pack, file, stop).ConfigureAwait(false);
            }

            var pieces = Pieces(packs, (long)checkpoint.Size);
            var packed = Path.Combine(place, "packed");
            await JoinAsync(packs, pieces, packed, stop).ConfigureAwait(false);
            var folder = PackedFile.Read(packed);
            if (folder.Root != checkpoint.Root) throw new WireException("root", $"is {folder.Root.Short()}, promised was {checkpoint.Root.Short()}");
            var files = Path.Combine(place, "files");
            PackedInput.Open(packed).LayOut(files, (long)mostBytes);
            return (files, folder, pieces);
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"the checkpoint to go on from cannot be used: {e.Message}.", e);
        }
        finally
        {
            foreach (var pack in packs) File.Delete(pack);
        }
    }

    private static IReadOnlyList<CheckpointPiece> Pieces(List<string> packs, long size)
    {
        var lengths = packs.ConvertAll(static pack => new FileInfo(pack).Length);
        using var file = File.OpenHandle(packs[^1]);
        var trailer = new byte[CheckpointPieces.TrailerBytes];
        var length = lengths[^1];
        if (length < trailer.Length || RandomAccess.Read(file, trailer, length - trailer.Length) != trailer.Length)
            throw new WireException("checkpoint", $"{length} bytes are no pack");
        var list = new byte[CheckpointPieces.ListLength(trailer, length)];
        if (RandomAccess.Read(file, list, length - trailer.Length - list.Length) != list.Length) throw new WireException("checkpoint", "cut short");
        return CheckpointPieces.Decode(list, lengths, size);
    }

    private static async Task JoinAsync(List<string> packs, IReadOnlyList<CheckpointPiece> pieces, string to, CancellationToken stop)
    {
        var files = packs.ConvertAll(static pack => File.OpenHandle(pack));
        try
        {
            var buffer = new byte[1 << 20];
            using var joined = Disk.Create(to);
            foreach (var piece in pieces)
            {
                for (var at = 0L; at < piece.Length;)
                {
                    var wanted = (int)Math.Min(buffer.Length, piece.Length - at);
                    var read = RandomAccess.Read(files[piece.Pack], buffer.AsSpan(0, wanted), piece.Offset + at);
                    if (read == 0) throw new WireException("checkpoint", "cut short");
                    await joined.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
                    at += read;
                }
            }
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }
}
