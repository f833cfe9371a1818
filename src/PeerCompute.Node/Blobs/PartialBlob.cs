// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Blobs;

namespace PeerCompute.Node.Blobs;

/// <summary>
/// A download under way: a file of the blob's whole length, room for it taken from the quota at once, with the chunks that came in their places. Each is
/// checked against the manifest before it is kept; which of them are there after a crash, the manifest shows again.
/// </summary>
internal sealed class PartialBlob : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly BlobManifest _manifest;
    private readonly bool[] _here;
    private readonly WriteBehind _behind;
    private readonly Lock _gate = new();

    private PartialBlob(string path, SafeFileHandle file, BlobManifest manifest)
        => (_path, _file, _manifest, _here, _behind) = (path, file, manifest, new bool[manifest.Chunks.Length], new WriteBehind(file));

    /// <summary>Chunks that are here.</summary>
    public int Chunks { get; private set; }

    /// <summary>Chunks that are here from the start without a gap.</summary>
    public int Leading
    {
        get
        {
            lock (_gate)
            {
                var gap = Array.IndexOf(_here, false);
                return gap < 0 ? _here.Length : gap;
            }
        }
    }

    /// <summary>True when every chunk is here.</summary>
    public bool IsWhole => Chunks == _here.Length;

    /// <summary>Opens the file of a download and looks which chunks are in it.</summary>
    /// <param name="path">The file; made where it is not there.</param>
    /// <param name="manifest">Found to have the blob's root.</param>
    /// <param name="reserve">Takes bytes from the quota, or throws.</param>
    /// <param name="release">Gives bytes back.</param>
    public static PartialBlob Open(string path, BlobManifest manifest, Action<long> reserve, Action<long> release)
    {
        var whole = BlobLayout.FileLength(manifest);
        var file = Disk.Random(path, whole);
        try
        {
            var had = RandomAccess.GetLength(file);
            if (had < whole) reserve(whole - had);
            else release(had - whole);
            RandomAccess.SetLength(file, whole);
            var partial = new PartialBlob(path, file, manifest);
            if (had > 0) partial.Look();
            return partial;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a chunk is here.</summary>
    public bool Has(int chunk)
    {
        lock (_gate) return _here[chunk];
    }

    /// <summary>Takes a chunk; several may come at a time.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="bytes">Encrypted bytes from a stranger.</param>
    /// <returns>False when it is not what the manifest promises; nothing is kept of it.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">The disk fails.</exception>
    public bool Add(int chunk, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != BlobLayout.SealedLength(_manifest.Size, chunk) || Hash32.Of(bytes) != _manifest.Chunks[chunk]) return false;
        try
        {
            RandomAccess.Write(_file, bytes, BlobLayout.Offset(chunk));
        }
        catch (IOException e)
        {
            throw Disk.Cause(_path, e);
        }

        _behind.Wrote(bytes.Length);
        Mark(chunk);
        return true;
    }

    /// <summary>Writes the end of a whole blob's file and flushes it.</summary>
    public async Task CloseAsync()
    {
        Invariant.Check(IsWhole);
        var tail = BlobLayout.Tail(_manifest.Encode());
        RandomAccess.Write(_file, tail, RandomAccess.GetLength(_file) - tail.Length);
        await _behind.FinishAsync().ConfigureAwait(false);
        _file.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Mark(int chunk)
    {
        lock (_gate)
        {
            if (_here[chunk]) return;
            _here[chunk] = true;
            Chunks++;
        }
    }

    private void Look()
    {
        var buffer = new byte[BlobLayout.SealedBytes];
        for (var i = 0; i < _here.Length; i++)
        {
            var chunk = buffer.AsSpan(0, BlobLayout.SealedLength(_manifest.Size, i));
            var read = RandomAccess.Read(_file, chunk, BlobLayout.Offset(i));
            // A place that nothing was written to reads as zeros: not worth a hash.
            if (read == chunk.Length && chunk[..ChaChaPoly.TagLength].ContainsAnyExcept((byte)0) && Hash32.Of(chunk) == _manifest.Chunks[i]) Mark(i);
        }
    }
}
