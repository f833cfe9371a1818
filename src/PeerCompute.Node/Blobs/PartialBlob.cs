// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Blobs;

namespace PeerCompute.Node.Blobs;

/// <summary>A download under way: the leading chunks of a blob, each checked against the manifest before it is kept.</summary>
internal sealed class PartialBlob : IDisposable
{
    private readonly FileStream _file;
    private readonly BlobManifest _manifest;
    private readonly Quota _quota;

    private PartialBlob(FileStream file, BlobManifest manifest, Quota quota) => (_file, _manifest, _quota) = (file, manifest, quota);

    /// <summary>Chunks that are here; the next wanted has this number.</summary>
    public int Chunks { get; private set; }

    /// <summary>True when every chunk is here.</summary>
    public bool IsWhole => Chunks == _manifest.Chunks.Length;

    /// <summary>Opens the file of a download and keeps what matches of it.</summary>
    public static PartialBlob Open(string path, BlobManifest manifest, Quota quota)
    {
        var file = Disk.Append(path);
        try
        {
            var partial = new PartialBlob(file, manifest, quota);
            var had = file.Length;
            partial.CheckWhatIsThere();
            file.SetLength(file.Position);
            quota.Release(had - file.Length);
            return partial;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes the next chunk.</summary>
    /// <param name="chunk">Encrypted bytes from a stranger.</param>
    /// <returns>False when it is not the chunk that the manifest promises; nothing is kept of it.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">No room, or the disk fails.</exception>
    public bool Add(ReadOnlySpan<byte> chunk)
    {
        Invariant.Check(!IsWhole);
        if (chunk.Length != BlobLayout.SealedLength(_manifest.Size, Chunks) || Hash32.Of(chunk) != _manifest.Chunks[Chunks]) return false;
        _quota.Reserve(chunk.Length);
        try
        {
            _file.Write(chunk);
        }
        catch (IOException e)
        {
            throw Disk.Cause(_file.Name, e);
        }

        Chunks++;
        return true;
    }

    /// <summary>Writes the end of a whole blob's file and flushes it.</summary>
    public void Close()
    {
        Invariant.Check(IsWhole);
        var tail = BlobLayout.Tail(_manifest.Encode());
        _quota.Reserve(tail.Length);
        _file.Write(tail);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void CheckWhatIsThere()
    {
        var buffer = new byte[BlobLayout.SealedBytes];
        while (!IsWhole)
        {
            var chunk = buffer.AsSpan(0, BlobLayout.SealedLength(_manifest.Size, Chunks));
            var good = _file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false) == chunk.Length && Hash32.Of(chunk) == _manifest.Chunks[Chunks];
            if (!good) break;
            Chunks++;
        }

        _file.Position = Chunks == 0 ? 0 : BlobLayout.Offset(Chunks - 1) + BlobLayout.SealedLength(_manifest.Size, Chunks - 1);
    }
}
