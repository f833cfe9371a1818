// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Jobs;
using PeerCompute.Trust.Comparing;
using PeerCompute.Trust.Forms;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Comparing;

/// <summary>Compares two files or two folders as a job compares its outputs, from the disk alone. No link is followed.</summary>
/// <param name="job">The job's ways; null where there is no job.</param>
/// <param name="way">The way for files that the job does not name; null for bytes.</param>
internal sealed class Comparison(JobComparison? job, Comparator? way)
{
    /// <summary>Bytes of a file: two, and two unfolded pictures, lie in memory.</summary>
    public const long BytesMost = 256 << 20;

    /// <summary>Files and folders in one folder.</summary>
    public const int EntriesMost = 1_000_000;

    /// <summary>Names of a path one below the other: of results <c>tasks/INDEX/NAME</c>, and below that what a packed folder may have.</summary>
    public const int DepthMost = 3 + FolderNames.DepthMost;

    private const string Stdout = "stdout", Receipt = "job.receipt";

    /// <summary>Compares.</summary>
    /// <exception cref="PeerComputeException">One of them is not there, cannot be read or is too large; or one is a file and the other a folder.</exception>
    public IReadOnlyList<Compared> Run(string a, string b)
    {
        foreach (var path in (string[])[a, b])
        {
            if (!Path.Exists(path)) throw new PeerComputeException(ErrorCode.NotFound, $"There is no file or folder {path}. Check the path.");
        }

        if (Directory.Exists(a) != Directory.Exists(b))
            throw new PeerComputeException(ErrorCode.Usage, "Compare two files, or two folders: one of these is a file and the other a folder.");
        return Directory.Exists(a) ? Folders(a, b) : [Files("", a, b, Path.GetFileName(a))];
    }

    private IReadOnlyList<Compared> Folders(string a, string b)
    {
        var (first, second) = (Entries(a), Entries(b));
        var found = new List<Compared>();
        foreach (var path in first.Keys.Union(second.Keys).Order(StringComparer.Ordinal))
        {
            var (here, there) = (first.GetValueOrDefault(path), second.GetValueOrDefault(path));
            if (here is null || there is null) found.Add(new Compared(path, null, here is null ? "is in the second alone" : "is in the first alone", ""));
            else if (here != there) found.Add(new Compared(path, null, $"is a {here}, or a {there}", ""));
            else if (here == "file") found.Add(Files(path, Path.Combine(a, path), Path.Combine(b, path), OutputOf(path)));
            else if (here == "link") found.Add(new Compared(path, null, "is a link, which is not followed", ""));
        }

        return found;
    }

    /// <summary>What lies in a folder, by paths from there. The receipt of a job is left out: it is of its job alone.</summary>
    private static Dictionary<string, string> Entries(string folder)
    {
        // One level more than may be, so that what lies there is seen and said.
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, MaxRecursionDepth = DepthMost, IgnoreInaccessible = false,
        };
        var entries = new FileSystemEnumerable<(string Path, string Kind)>(folder, Found, everything)
        {
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !IsLink(ref entry),
        };
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var (path, kind) in entries)
            {
                if (found.Count == EntriesMost) throw new PeerComputeException(ErrorCode.LimitExceeded, $"{folder} has more than {EntriesMost} files.");
                if (path.Split(Path.DirectorySeparatorChar).Length > DepthMost)
                {
                    throw new PeerComputeException(
                        ErrorCode.LimitExceeded, $"{path} lies below more than {DepthMost - 1} folders of {folder}: compare the folders below one by one.");
                }

                if (path != Receipt) found[path] = kind;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{folder} cannot be read: {e.Message}", e);
        }

        return found;

        (string, string) Found(ref FileSystemEntry entry)
            => (Path.GetRelativePath(folder, entry.ToFullPath()), IsLink(ref entry) ? "link" : entry.IsDirectory ? "folder" : "file");

        static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
    }

    /// <summary>The output that a file of results is: <c>tasks/INDEX/NAME</c> holds NAME; elsewhere the file's own name.</summary>
    private static string OutputOf(string path) => path.Split('/') is ["tasks", _, var name, ..] ? name : Path.GetFileName(path);

    private Compared Files(string path, string a, string b, string output)
    {
        var comparator = job?.Comparators.FirstOrDefault(c => c.Output == (output == Stdout ? "" : output)) ?? way;
        var (first, second) = (Content(a, output), Content(b, output));
        var difference = comparator is null ? Comparators.DifferenceOfBytes(first, second) : Comparators.Difference(comparator, first, second);
        return new Compared(path, comparator, difference, Distance.Of(comparator, first, second));
    }

    /// <summary>A file in its job's canonical form, where it has one and is of the kind.</summary>
    private byte[] Content(string path, string output)
    {
        var content = Content(path);
        var form = job?.Forms.FirstOrDefault(form => form.Output == output).Form;
        return form is not null && CanonicalForms.Apply(form, content) is { } canonical ? canonical : content;
    }

    private static byte[] Content(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > BytesMost) throw new PeerComputeException(ErrorCode.LimitExceeded, $"{path} has {file.Length} bytes, limit {BytesMost}.");
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
