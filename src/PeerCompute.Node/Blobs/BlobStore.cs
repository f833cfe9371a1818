// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>
/// Encrypted blobs by the Merkle root over their chunks. A blob counts as here when its file is flushed and bears its last name;
/// whatever a crash leaves behind is cleaned up or gone on with. No blob is ever held in memory as a whole.
/// </summary>
internal sealed class BlobStore
{
    private const string Partial = ".part";

    private readonly string _folder;
    private readonly Quota _quota;
    private readonly BlobUses _uses;
    private readonly CheckedChunks _checked;
    private readonly Lock _room = new();

    private BlobStore(string folder, long quotaBytes, TimeProvider time)
        => (_folder, _quota, _uses, _checked) = (folder, new Quota(quotaBytes), new BlobUses(time), new CheckedChunks(time));

    /// <summary>Bytes that all blobs take.</summary>
    public long UsedBytes => _quota.Used;

    /// <summary>Bytes that they may take.</summary>
    public long LimitBytes => _quota.Limit;

    /// <summary>Blobs that are here, downloads under way among them.</summary>
    public int Count => _uses.Count;

    /// <summary>Blobs that were deleted for want of room.</summary>
    public long Taken { get; private set; }

    /// <summary>Which blobs must not be deleted for want of room; null: none may be, since what is needed is not known yet.</summary>
    public Func<Hash32, bool>? Spares { get; set; }

    /// <summary>Opens a store and cleans up after a crash.</summary>
    /// <param name="folder">Its folder; made where it is not there.</param>
    /// <param name="quotaBytes">Most bytes of all blobs together.</param>
    /// <param name="time">Tells which blob was used longest ago.</param>
    /// <exception cref="PeerComputeException">The folder cannot be written.</exception>
    public static BlobStore Open(string folder, long quotaBytes, TimeProvider time)
    {
        return Disk.Guard(folder, () =>
        {
            Disk.MakeFolder(folder);
            var store = new BlobStore(folder, quotaBytes, time);
            foreach (var file in new DirectoryInfo(folder).GetFiles().OrderBy(static file => file.LastWriteTimeUtc))
            {
                if (file.Name.EndsWith(".put", StringComparison.Ordinal))
                {
                    file.Delete();
                    continue;
                }

                store._quota.Count(file.Length);
                var name = Path.GetFileNameWithoutExtension(file.Name);
                if (Hash32.TryParse(name, out var root)) store._uses.Touch(root, file.LastWriteTimeUtc);
            }

            return store;
        });
    }

    /// <summary>Every blob, and every download under way.</summary>
    public List<Hash32> Roots() => _uses.All();

    /// <summary>Makes room for bytes that are about to come: takes what nobody needs, longest unused first.</summary>
    /// <param name="bytes">Bytes wanted.</param>
    /// <exception cref="PeerComputeException">They do not fit even so; says how many are taken, wanted and allowed.</exception>
    public void MakeRoom(long bytes)
    {
        if (_quota.Missing(bytes) == 0 || Spares is not { } spares) return;
        lock (_room)
        {
            foreach (var root in _uses.Stale())
            {
                if (_quota.Missing(bytes) == 0) return;
                if (spares(root)) continue;
                Delete(root);
                Taken++;
            }
        }
    }

    /// <summary>Makes room for blobs that are about to be fetched, those that are here or begun aside.</summary>
    /// <exception cref="PeerComputeException">They do not fit all together: nothing is fetched in vain.</exception>
    public void MakeRoomFor(ImmutableArray<BlobRef> blobs)
    {
        var bytes = 0L;
        foreach (var blob in blobs)
        {
            if (!Has(blob.Root) && !HasPart(blob.Root)) bytes += BlobLayout.FileLength(blob.Size);
        }

        if (bytes == 0) return;
        Reserve(bytes);
        _quota.Release(bytes);
    }

    /// <summary>True when a blob is here as a whole.</summary>
    public bool Has(Hash32 root) => File.Exists(PathOf(root));

    /// <summary>Encrypts a stream into the store.</summary>
    /// <param name="plain">Read to its end.</param>
    /// <param name="key">32-byte content key that was never used for other bytes.</param>
    /// <param name="maxBytes">Most plain bytes.</param>
    /// <param name="cancel">Ends the work; nothing is kept.</param>
    /// <returns>What names and opens it; on the disk when this returns.</returns>
    /// <exception cref="PeerComputeException">Too long, no room, or the disk fails.</exception>
    public async Task<BlobRef> PutAsync(Stream plain, ReadOnlyMemory<byte> key, ulong maxBytes, CancellationToken cancel = default)
    {
        Invariant.Check(key.Length == ChaChaPoly.KeyLength && maxBytes <= WireLimits.BlobBytes);
        var path = Path.Combine(_folder, Path.GetRandomFileName() + ".put");
        var reserved = 0L;
        try
        {
            var blob = await Disk.GuardAsync(path,
                () => BlobSealing.EncryptAsync(path, plain, key, maxBytes, bytes => { Reserve(bytes); reserved += bytes; }, cancel)).ConfigureAwait(false);
            FaultPoint.Hit("blob.put.before");
            if (Keep(path, blob.Root)) reserved = 0;
            FaultPoint.Hit("blob.put.after");
            return blob;
        }
        finally
        {
            _quota.Release(reserved);
            File.Delete(path);
        }
    }

    /// <summary>The manifest of a blob that is here.</summary>
    /// <returns>The manifest, or null.</returns>
    public BlobManifest? Manifest(Hash32 root)
    {
        using var chunks = OpenChunks(root);
        return chunks?.Manifest;
    }

    /// <summary>Opens a blob for reading its encrypted chunks.</summary>
    /// <returns>The open blob, or null where it is not here or its file is damaged.</returns>
    public BlobChunks? OpenChunks(Hash32 root)
    {
        try
        {
            var chunks = BlobChunks.Open(PathOf(root), root, _checked);
            _uses.Touch(root);
            return chunks;
        }
        catch (Exception e) when (e is WireException or IOException)
        {
            return null;
        }
    }

    /// <summary>Decrypts a blob and checks it against its reference.</summary>
    /// <param name="blob">With its key.</param>
    /// <param name="destination">Gets the plain bytes; worth nothing when this throws.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="PeerComputeException">Not here, or not what the reference promises.</exception>
    public Task OpenAsync(BlobRef blob, Stream destination, CancellationToken cancel = default)
        => Disk.GuardAsync(PathOf(blob.Root), async () =>
        {
            using var chunks = OpenChunks(blob.Root) ?? throw new PeerComputeException(ErrorCode.NotFound, $"blob {blob.Root.Short()} is not in the store.");
            await BlobSealing.DecryptAsync(chunks, blob, destination, cancel).ConfigureAwait(false);
            return true;
        });

    /// <summary>Whether a broken download left something; what of it is good shows with the manifest.</summary>
    public bool HasPart(Hash32 root) => File.Exists(PathOf(root) + Partial);

    /// <summary>Begins or goes on with a download. One at a time for each root.</summary>
    /// <param name="root">The blob wanted.</param>
    /// <param name="manifest">Its manifest, found to have that root.</param>
    /// <returns>The download with all chunks that are here and match.</returns>
    /// <exception cref="PeerComputeException">No room, or the disk fails.</exception>
    public PartialBlob Resume(Hash32 root, BlobManifest manifest)
    {
        var path = PathOf(root) + Partial;
        _uses.Touch(root);
        return Disk.Guard(path, () => PartialBlob.Open(path, manifest, Reserve, _quota.Release));
    }

    /// <summary>Makes a whole download a blob of the store.</summary>
    /// <exception cref="PeerComputeException">The disk fails.</exception>
    public Task FinishAsync(PartialBlob partial, Hash32 root)
    {
        var path = PathOf(root) + Partial;
        return Disk.GuardAsync(path, async () =>
        {
            await partial.CloseAsync().ConfigureAwait(false);
            FaultPoint.Hit("blob.fetch.before");
            if (!Keep(path, root))
            {
                _quota.Release(new FileInfo(path).Length);
                File.Delete(path);
            }

            FaultPoint.Hit("blob.fetch.after");
            return true;
        });
    }

    /// <summary>Forgets a blob and what was downloaded of it.</summary>
    /// <exception cref="PeerComputeException">The disk fails.</exception>
    public void Delete(Hash32 root)
    {
        foreach (var path in (string[])[PathOf(root), PathOf(root) + Partial]) _quota.Release(Disk.Guard(path, () => Deleted(path)));

        _uses.Remove(root);
        _checked.Remove(root);
    }

    /// <summary>Bytes of a file that is gone now.</summary>
    private static long Deleted(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return 0;
        var bytes = file.Length;
        file.Delete();
        return bytes;
    }

    private void Reserve(long bytes)
    {
        MakeRoom(bytes);
        _quota.Reserve(bytes);
    }

    private string PathOf(Hash32 root) => Path.Combine(_folder, root.ToString());

    private bool Keep(string path, Hash32 root)
    {
        if (Has(root)) return false;
        _uses.Touch(root);
        File.Move(path, PathOf(root), overwrite: true);
        Disk.FlushFolder(_folder);
        using var chunks = OpenChunks(root);
        chunks?.MarkAll();
        return true;
    }
}
