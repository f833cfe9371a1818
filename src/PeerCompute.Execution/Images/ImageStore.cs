// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Images;

/// <summary>
/// The images of a home (docs/images.md). What is not named by a record is rubbish, whoever left it: every change of the store begins by throwing that away,
/// so that a kill at any moment leaves nothing for long. Reading needs no lock.
/// </summary>
/// <param name="folder">The store's folder, made where it is not there.</param>
/// <param name="limits">What an image may cost; null: the usual.</param>
public sealed partial class ImageStore(string folder, ImageLimits? limits = null)
{
    private const int FullDisk = 28, FullQuota = 122; // ENOSPC, EDQUOT, errno.h
    private const int LeastDigits = 8;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>The bounds.</summary>
    internal ImageLimits Limits { get; } = limits ?? new ImageLimits();

    /// <summary>Imports an image, wholly or not at all.</summary>
    /// <param name="request">What.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; nothing is left.</param>
    /// <returns>The image; the one that was there where it was imported before.</returns>
    /// <exception cref="PeerComputeException">It is refused, and why; nothing is left.</exception>
    public ImageRecord Import(ImageRequest request, IProgress<ImageProgress>? progress, CancellationToken cancellation) => Guard(() =>
    {
        if (!Path.Exists(request.Path)) throw ImageFault.NotFound($"there is no file or folder {request.Path}");
        string name = request.Name ?? NameAfter(request.Path);
        if (!GoodName().IsMatch(name))
            throw new PeerComputeException(ErrorCode.Usage, $"name '{name}': use a-z, 0-9, '.', '_' and '-', at most 64, a letter or digit first");
        return InWork(work => new ImageImport(this, work, progress, cancellation).Run(request, name));
    });

    /// <summary>The images, by name.</summary>
    public IReadOnlyList<ImageRecord> List() => Guard(() => Directory.Exists(Records)
        ? Directory.EnumerateFiles(Records, "*.json").Select(Read).OrderBy(image => image.Name, StringComparer.Ordinal).ToArray() : []);

    /// <summary>Finds an image.</summary>
    /// <param name="reference">Its name, its digest, or the first eight or more digits of that.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: there is none, or several begin so.</exception>
    public ImageRecord Find(string reference)
    {
        IReadOnlyList<ImageRecord> all = List();
        if (all.FirstOrDefault(image => image.Name == reference || image.Digest == reference) is { } exact) return exact;
        string digits = reference.StartsWith(ImageDigest.Prefix, StringComparison.Ordinal) ? reference[ImageDigest.Prefix.Length..] : reference;
        ImageRecord[] begun = digits.Length < LeastDigits ? [] : [.. all.Where(image => image.Digits.StartsWith(digits, StringComparison.Ordinal))];
        if (begun is [var one]) return one;
        string why = begun.Length > 1 ? "several images begin so: give more digits" : "'peercompute image list' names those that are here";
        throw ImageFault.NotFound($"there is no image '{Printable.Line(reference, 80)}': {why}");
    }

    /// <summary>Removes an image, and the layers that no other has.</summary>
    /// <param name="reference">As for <see cref="Find"/>.</param>
    /// <returns>What was removed.</returns>
    public ImageRecord Remove(string reference)
    {
        ImageRecord image = Find(reference);
        return Guard(() =>
        {
            using FileStream held = StoreLock.Take(_folder);
            File.Delete(RecordOf(image.Digits));
            Sweep();
            return image;
        });
    }

    /// <summary>An image's root folder, only to be read.</summary>
    public string RootOf(ImageRecord image) => Path.Combine(_folder, "roots", image.Digits);

    /// <summary>A layer's folder.</summary>
    internal string FolderOf(ImageLayer layer) => Path.Combine(_folder, "layers", layer.Folder);

    /// <summary>Makes an import part of the store: its layers, its root, and last of all its record.</summary>
    /// <param name="image">The record.</param>
    /// <param name="layers">New layers and where they lie.</param>
    /// <param name="root">Its root.</param>
    internal void Commit(ImageRecord image, IEnumerable<(ImageLayer Layer, string Folder)> layers, string root)
    {
        FolderSync.FlushAll(_folder);
        Directory.CreateDirectory(Path.Combine(_folder, "layers"));
        Directory.CreateDirectory(Path.Combine(_folder, "roots"));
        Directory.CreateDirectory(Packed);
        string work = Path.GetDirectoryName(root)!;
        foreach (string file in Directory.GetFiles(ImageImport.PackedIn(work))) File.Move(file, Path.Combine(Packed, Path.GetFileName(file)), overwrite: true);
        foreach ((ImageLayer layer, string folder) in layers) Directory.Move(folder, FolderOf(layer));
        Directory.Move(root, RootOf(image));
        Write(image, Path.Combine(work, "record"));
    }

    /// <summary>Writes a record in place of the one that was there.</summary>
    internal void Write(ImageRecord image, string temporary)
    {
        File.WriteAllBytes(temporary, image.ToBytes());
        Directory.CreateDirectory(Records);
        FolderSync.FlushAll(_folder);
        File.Move(temporary, RecordOf(image.Digits), overwrite: true);
        FolderSync.Flush(Records);
    }

    private T InWork<T>(Func<string, T> act)
    {
        MakeFolder();
        using FileStream held = StoreLock.Take(_folder);
        Sweep();
        string work = Path.Combine(_folder, "tmp", Path.GetRandomFileName());
        Directory.CreateDirectory(work);
        try
        {
            return act(work);
        }
        finally
        {
            Debris.Delete(work);
        }
    }

    private string Packed => Path.Combine(_folder, "packed");

    private string Records => Path.Combine(_folder, "records");

    private string RecordOf(string digits) => Path.Combine(Records, digits + ".json");

    private void MakeFolder() => Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private void Sweep()
    {
        IReadOnlyList<ImageRecord> all = List();
        Keep("tmp", []);
        Keep("roots", all.Select(image => image.Digits));
        Keep("layers", all.SelectMany(image => image.Layers).Select(layer => layer.Folder));
        HashSet<string> packed = [.. all.SelectMany(image => image.Parts).Select(part => part.ToString())];
        if (!Directory.Exists(Packed)) return;
        foreach (string file in Directory.GetFiles(Packed).Where(file => !packed.Contains(Path.GetFileName(file)))) File.Delete(file);
    }

    private void Keep(string part, IEnumerable<string> names)
    {
        string path = Path.Combine(_folder, part);
        if (!Directory.Exists(path)) return;
        HashSet<string> kept = new(names, StringComparer.Ordinal);
        foreach (string entry in Directory.GetDirectories(path).Where(entry => !kept.Contains(Path.GetFileName(entry)))) Debris.Delete(entry);
    }

    private static ImageRecord Read(string path)
    {
        try
        {
            return ImageRecord.FromBytes(File.ReadAllBytes(path));
        }
        catch (JsonException damaged)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{path} is damaged: delete it, and import the image again", damaged);
        }
    }

    private static string NameAfter(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))).ToLowerInvariant();
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return Odd().Replace(dot > 0 ? name[..dot] : name, "-").TrimStart('-', '.', '_');
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException full) when ((full.HResult & 0xFFFF) is FullDisk or FullQuota)
        {
            throw new PeerComputeException(ErrorCode.Host, $"{_folder}: the disk is full, nothing of the image is kept: free some space", full);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Host, $"{_folder}, or what is imported, cannot be read or written: {fault.Message}", fault);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex GoodName();

    [GeneratedRegex("[^a-z0-9._-]", RegexOptions.CultureInvariant)]
    private static partial Regex Odd();
}
