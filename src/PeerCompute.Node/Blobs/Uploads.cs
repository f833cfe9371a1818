// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>
/// Blobs that local clients handed in, by the hash of their plain bytes. They lie under keys that no peer ever gets; each job gets a copy under a
/// key of its own, so that no two jobs show a common root. Public ones have one copy, under the key of their content.
/// </summary>
internal sealed class Uploads
{
    private const string PublicSuffix = ".public";
    private const int FileBytes = 32 + 8 + ChaChaPoly.KeyLength;

    private readonly BlobStore _store;
    private readonly BlobGate _gate;
    private readonly string _folder;
    private readonly Lock _lock = new();
    private readonly HashSet<Hash32> _roots = [];

    /// <summary>Opens what was handed in before; public blobs are served from now on.</summary>
    /// <param name="store">Where the bytes are.</param>
    /// <param name="gate">Learns of public blobs.</param>
    /// <param name="folder">Where the references are: one small file each.</param>
    public Uploads(BlobStore store, BlobGate gate, string folder)
    {
        (_store, _gate, _folder) = (store, gate, folder);
        foreach (var path in Directory.GetFiles(folder))
        {
            if (path.EndsWith(Disk.Unfinished, StringComparison.Ordinal)) continue;
            if (Read(path, default) is not { } blob) File.Delete(path);
            else if (_roots.Add(blob.Root) && path.EndsWith(PublicSuffix, StringComparison.Ordinal)) gate.Publish(blob.Root);
        }
    }

    /// <summary>Whether a blob was handed in by a local client, or is the public copy of one.</summary>
    public bool Has(Hash32 root)
    {
        lock (_lock) return _roots.Contains(root);
    }

    /// <summary>Takes bytes in; the same bytes a second time take no more room.</summary>
    /// <param name="plain">Read to its end.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The reference, on the disk.</returns>
    /// <exception cref="PeerComputeException">Too long, no room, or the disk fails.</exception>
    public async Task<BlobRef> AddAsync(Stream plain, CancellationToken cancel)
    {
        var blob = await _store.PutAsync(plain, NewKey(), WireLimits.BlobBytes, cancel).ConfigureAwait(false);
        if (Find(blob.Plain) is { } known)
        {
            _store.Delete(blob.Root);
            return known;
        }

        Write(PathOf(blob.Plain), blob);
        return blob;
    }

    /// <summary>The reference of bytes that were handed in.</summary>
    /// <returns>The reference, or null where they were not, or are gone.</returns>
    public BlobRef? Find(Hash32 plain) => Read(PathOf(plain), plain);

    /// <summary>A copy for one job, under a key that no other job has.</summary>
    /// <param name="upload">As <see cref="Find"/> gave it.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The copy, on the disk.</returns>
    /// <exception cref="PeerComputeException">The upload is gone or damaged, there is no room, or the disk fails.</exception>
    public Task<BlobRef> CopyAsync(BlobRef upload, CancellationToken cancel) => CopyAsync(upload, NewKey(), cancel);

    /// <summary>The one public copy, under the key of its content; served to everybody from now on.</summary>
    /// <param name="upload">As <see cref="Find"/> gave it.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The copy, on the disk.</returns>
    /// <exception cref="PeerComputeException">The upload is gone or damaged, there is no room, or the disk fails.</exception>
    public async Task<BlobRef> PublishAsync(BlobRef upload, CancellationToken cancel)
    {
        var path = PathOf(upload.Plain) + PublicSuffix;
        if (Read(path, upload.Plain) is { } known) return known;
        var blob = await CopyAsync(upload, BlobRef.PublicKey(upload.Plain), cancel).ConfigureAwait(false);
        _gate.Publish(blob.Root);
        Write(path, blob);
        return blob;
    }

    /// <summary>Deletes a job's copy that nobody will ask for; a public one stays.</summary>
    /// <param name="copy">As <see cref="CopyAsync(BlobRef, CancellationToken)"/> or <see cref="PublishAsync"/> gave it.</param>
    public void Forget(BlobRef copy)
    {
        if (!_gate.Keeps(copy.Root)) _store.Delete(copy.Root);
    }

    private static byte[] NewKey() => RandomNumberGenerator.GetBytes(ChaChaPoly.KeyLength);

    /// <summary>Opens and encrypts chunk by chunk: the plain bytes are never on the disk, and never in memory as a whole.</summary>
    private async Task<BlobRef> CopyAsync(BlobRef upload, byte[] key, CancellationToken cancel)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 2 * WireLimits.ChunkBytes, resumeWriterThreshold: WireLimits.ChunkBytes));
        var opening = OpenAsync();
        var plain = pipe.Reader.AsStream();
        await using (plain.ConfigureAwait(false))
        {
            var blob = await _store.PutAsync(plain, key, WireLimits.BlobBytes, cancel).ConfigureAwait(false);
            await opening.ConfigureAwait(false);
            return blob;
        }

        async Task OpenAsync()
        {
            Exception? failure = null;
            try
            {
                await _store.OpenAsync(upload, pipe.Writer.AsStream(leaveOpen: true), cancel).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = e;
            }

            await pipe.Writer.CompleteAsync(failure).ConfigureAwait(false);
        }
    }

    private BlobRef? Read(string path, Hash32 plain)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length != FileBytes) return null;
            var root = new Hash32(bytes.AsSpan(0, 32));
            return _store.Has(root) ? new BlobRef(plain, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(32)), root, bytes.AsMemory(40)) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Write(string path, BlobRef blob)
    {
        lock (_lock) _roots.Add(blob.Root);
        var bytes = new byte[FileBytes];
        blob.Root.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), blob.Size);
        blob.Key.Span.CopyTo(bytes.AsSpan(40));
        Disk.Replace(path, bytes);
    }

    private string PathOf(Hash32 plain) => Path.Combine(_folder, plain.ToString());
}
