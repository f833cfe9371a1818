// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images.Oci;
using PeerCompute.Execution.Images.Zip;

namespace PeerCompute.Execution.Images;

/// <summary>One import: everything happens in a folder of its own, and becomes part of the store at the end.</summary>
/// <param name="store">The store, held.</param>
/// <param name="work">An empty folder of the store's file system.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class ImageImport(ImageStore store, string work, IProgress<ImageProgress>? progress, CancellationToken cancellation)
{
    private readonly ImageLimits _limits = store.Limits;
    private readonly ImageBudget _budget = new(store.Limits);
    private readonly List<(ImageLayer Layer, string Folder)> _made = [];
    private readonly List<(Layer Layer, ImageLayer Listed, string Folder)> _layers = [];

    /// <summary>Most bytes that each layer of an image from another node unpacks to, as that node says; empty for any other.</summary>
    public IReadOnlyList<long> Promised { get; init; } = [];

    /// <summary>Whether another node gives the image.</summary>
    public bool Fetched { get; init; }

    /// <summary>Words for the image that were found good.</summary>
    public IReadOnlyList<byte[]> Signatures { get; init; } = [];

    /// <summary>Where parts lie as they were packed until the end.</summary>
    /// <param name="work">The import's folder.</param>
    public static string PackedIn(string work) => Path.Combine(work, "packed");

    /// <summary>Imports.</summary>
    /// <param name="request">What.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The image, or the one that is here already: it keeps its name unless another was asked for.</returns>
    public ImageRecord Run(ImageRequest request, string name)
    {
        ImageSource source = ImageSource.Open(request.Path, _limits);
        using OciLayout? layout = source.Layout;
        if (layout is not null && request.Base is not null)
            throw new PeerComputeException(ErrorCode.Usage, "a base belongs to a plain archive, not to an OCI image");
        if (layout is null && request.Reference is not null)
            throw new PeerComputeException(ErrorCode.Usage, "a reference belongs to an OCI image, not to a plain archive");
        return layout is null ? Plain(source, request, name) : Oci(layout, request, name);
    }

    private ImageRecord Oci(OciLayout layout, ImageRequest request, string name)
    {
        OciDescriptor chosen = layout.Choose(request.Reference);
        return Oci(layout, chosen, request.Name, name);
    }

    /// <summary>Imports the image of one manifest.</summary>
    /// <param name="layout">Has its parts, those that are here already aside.</param>
    /// <param name="chosen">The manifest.</param>
    /// <param name="asked">The name that was asked for; null: any.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The image, or the one that is here already.</returns>
    public ImageRecord Oci(OciLayout layout, OciDescriptor chosen, string? asked, string name)
    {
        string digest = ImageDigest.Text(chosen.Digest);
        if (Known(digest, asked, name) is { } known) return known;
        byte[] document = layout.Document(chosen);
        var manifest = OciManifest.Read(document, _limits);
        byte[] settings = layout.Document(manifest.Config);
        var config = OciConfig.Read(settings, _limits);
        manifest.Check(config);
        Keep(chosen.Digest, document);
        Keep(manifest.Config.Digest, settings);
        for (int at = 0; at < manifest.Layers.Count; at++)
        {
            OciDescriptor descriptor = manifest.Layers[at];
            bool plain = OciMedia.IsPlain(descriptor.Media);
            Layer layer = Take(ImageStore.ListedOf(descriptor), manifest.Layers.Count, descriptor.Size, folder =>
            {
                using CheckedStream blob = layout.Blob(descriptor, File.Create(PackedPath(descriptor.Digest)));
                Layer read = Unpack(blob, OciMedia.IsGzip(descriptor.Media), folder, whiteouts: !plain, (at, manifest.Layers.Count, descriptor.Size));
                OciLayout.Verify(descriptor, read.Packed, read.PackedBytes);
                return read;
            });
            if (layer.DiffId != config.DiffIds[at]) throw ImageFault.NotAuthentic($"{descriptor.Path} unpacked does not have its diff id");
        }

        return Finish(name, digest, manifest.Config.Digest, config.Program);
    }

    private ImageRecord Plain(ImageSource source, ImageRequest request, string name)
    {
        ImageRecord? below = request.Base is { } named ? store.Find(named) : null;
        if (below?.Layers.Count >= _limits.Layers)
            throw ImageFault.Limit($"image {below.Name} has {below.Layers.Count} layers, which is the limit: merge some before it is a base");
        foreach (ImageLayer layer in below?.Layers ?? []) Take(layer, 0, 0, _ => throw ImageFault.NotFound(
            "the base was imported by an older version, without its packed layers: remove it and import it again"));
        long size = new FileInfo(request.Path).Length;
        if (size > _limits.PackedBytes) throw ImageFault.Limit($"{request.Path} has more than {_limits.PackedBytes} bytes: make a smaller archive");
        string folder = Folder(), packed = PackedPath(default), path = source.IsZip ? Unzipped(request.Path, ref size) : request.Path;
        Layer read;
        using (var file = new CheckedStream(File.OpenRead(path), count =>
        {
            if (count > size) throw ImageFault.NotAuthentic($"{request.Path} grew while it was read");
        }, File.Create(packed)))
        {
            read = Unpack(file, source.IsGzip, folder, whiteouts: false, (0, 1, size));
        }

        CheckPlain(read, request.Path);
        File.Move(packed, PackedPath(read.Packed));
        Add(read, new ImageLayer(ImageDigest.Text(read.Packed), true, 0, 0, 0), folder);
        ImageProgram program = below?.Program ?? new ImageProgram();
        (byte[] manifest, byte[] config) = OciDocuments.Of([.. _layers.Select(layer => (layer.Listed, layer.Layer))], program);
        (Hash32 id, Hash32 settings) = (Hash32.Of(manifest), Hash32.Of(config));
        Keep(id, manifest);
        Keep(settings, config);
        return Known(ImageDigest.Text(id), request.Name, name) ?? Finish(name, ImageDigest.Text(id), settings, program);
    }

    /// <summary>Writes a zip archive's files as a tar archive.</summary>
    /// <returns>Its path.</returns>
    private string Unzipped(string zip, ref long size)
    {
        string path = Path.Combine(work, "files.tar");
        using FileStream from = File.OpenRead(zip), into = File.Create(path);
        ZipFiles.ToTar(from, into, _limits, cancellation);
        size = into.Length;
        return path;
    }

    /// <summary>Refuses images of other forms that look like plain archives.</summary>
    private static void CheckPlain(Layer layer, string path)
    {
        if (layer.Entries.Any(entry => entry.Path == "oci-layout"))
            throw ImageFault.Bad($"{path} holds an OCI image layout packed with gzip: unpack it with gunzip first");
        if (layer.Entries.Any(entry => entry.Path == "manifest.json") && layer.Entries.Any(entry => entry.Path == "repositories"))
            throw ImageFault.Bad($"{path} is an archive of docker save: copy it with skopeo copy docker-archive:{path} oci-archive:IMAGE.tar");
    }

    private ImageRecord? Known(string digest, string? asked, string name)
    {
        IReadOnlyList<ImageRecord> all = store.List();
        ImageRecord? known = all.FirstOrDefault(image => image.Digest == digest);
        bool named = known is not null && (asked is null || asked == known.Name);
        if (!named && all.FirstOrDefault(image => image.Name == name && image.Digest != digest) is { } other)
            throw new PeerComputeException(ErrorCode.Refused, $"the name '{name}' belongs to image {other.Digest}: remove that one, or give another name");
        if (known is null) return null;
        // What the owner imports, too, is the owner's from then on.
        ImageRecord now = known with { Name = named ? known.Name : name, Fetched = known.Fetched && Fetched };
        if (now != known) store.Write(now, Path.Combine(work, "record"));
        return now;
    }

    /// <summary>Takes a layer from the store, from this import, or from the image.</summary>
    private Layer Take(ImageLayer listed, int count, long size, Func<string, Layer> unpack)
    {
        string stored = store.FolderOf(listed);
        string folder = _made.FirstOrDefault(made => made.Layer.Folder == listed.Folder).Folder ?? (store.Has(listed) ? stored : "");
        if (folder.Length > 0)
        {
            var layer = Layer.FromBytes(File.ReadAllBytes(Path.Combine(folder, "list")));
            _budget.Take(layer);
            _layers.Add((layer, With(listed, layer), folder));
            progress?.Report(new ImageProgress(_layers.Count, count, size, size));
            return layer;
        }

        folder = Folder();
        Layer read = unpack(folder);
        Add(read, listed, folder);
        return read;
    }

    private void Add(Layer read, ImageLayer listed, string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "list"), read.ToBytes());
        ImageLayer whole = With(listed, read);
        if (!Directory.Exists(store.FolderOf(whole))) _made.Add((whole, folder));
        _layers.Add((read, whole, folder));
    }

    private Layer Unpack(CheckedStream packed, bool gzip, string folder, bool whiteouts, (int Index, int Count, long Size) at)
    {
        Stream plain = gzip ? new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true) : packed;
        using var archive = new CheckedStream(plain, count =>
        {
            cancellation.ThrowIfCancellationRequested();
            _budget.Check(count, packed.Count);
            if (at.Index < Promised.Count && count > Promised[at.Index])
                throw ImageFault.NotAuthentic($"layer {at.Index + 1} unpacks to more than the {Promised[at.Index]} bytes that were said");
            progress?.Report(new ImageProgress(at.Index + 1, at.Count, packed.Count, at.Size));
        });
        try
        {
            Layer layer = TarLayer.Read(archive, new LayerWriter(folder, _budget, cancellation), whiteouts, _limits);
            Hash32 diffId = archive.Finish();
            if (!gzip) return layer with { Packed = diffId, DiffId = diffId, PackedBytes = archive.Count, UnpackedBytes = Counted(archive.Count) };
            return layer with { Packed = packed.Finish(), DiffId = diffId, PackedBytes = packed.Count, UnpackedBytes = Counted(archive.Count) };
        }
        catch (InvalidDataException damaged)
        {
            throw ImageFault.Bad("the gzip data of a layer is damaged: copy the image again", damaged);
        }
    }

    private long Counted(long unpacked)
    {
        _budget.Take(unpacked);
        return unpacked;
    }

    private string PackedPath(Hash32 digest) => Path.Combine(Directory.CreateDirectory(PackedIn(work)).FullName, digest.ToString());

    private void Keep(Hash32 digest, byte[] document) => File.WriteAllBytes(PackedPath(digest), document);

    private ImageRecord Finish(string name, string digest, Hash32 config, ImageProgram program)
    {
        progress?.Report(new ImageProgress(_layers.Count + 1, _layers.Count, 0, 0));
        var tree = new ImageTree(_limits);
        foreach ((Layer layer, _, string folder) in _layers) tree.Apply(layer, folder);
        tree.MakeFolder(program.Folder.Trim('/'));
        string root = Path.Combine(work, "root");
        Directory.CreateDirectory(root);
        RootLayout.Write(tree, root, _limits, cancellation);
        var image = new ImageRecord
        {
            Name = name,
            Digest = digest,
            Config = ImageDigest.Text(config),
            Fetched = Fetched,
            Signatures = Signatures,
            Layers = [.. _layers.Select(layer => layer.Listed)],
            Program = program,
            Imported = DateTimeOffset.UtcNow,
            LeftOut = _layers.Sum(layer => layer.Layer.LeftOut),
            Stripped = _layers.Sum(layer => layer.Layer.Stripped),
        };
        store.Commit(image, _made, root);
        return image;
    }

    private string Folder()
    {
        string folder = Path.Combine(work, $"layer-{_layers.Count}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    private static ImageLayer With(ImageLayer listed, Layer layer) =>
        listed with { PackedBytes = layer.PackedBytes, UnpackedBytes = layer.UnpackedBytes, Entries = layer.Entries.Count };
}
