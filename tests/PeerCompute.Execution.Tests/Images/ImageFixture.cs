// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>A store in a folder of the test's own.</summary>
internal abstract class ImageFixture
{
    private int _made;

    protected string Scratch { get; private set; } = "";

    protected string Folder => Path.Combine(Scratch, "images");

    protected ImageStore Store => new(Folder);

    [SetUp]
    public void MakeFolder() => Scratch = Directory.CreateTempSubdirectory("images").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Scratch, recursive: true);

    /// <summary>A layout to be filled.</summary>
    protected LayoutMaker Layout() => new(Path.Combine(Scratch, $"layout{++_made}"));

    /// <summary>A layout with one layer after the other.</summary>
    protected string Layers(params TarMaker[] layers) => layers.Aggregate(Layout(), (layout, layer) => layout.Layer(layer.Done())).Write();

    /// <summary>Imports.</summary>
    protected ImageRecord Import(string path, string? name = null, ImageLimits? limits = null) =>
        new ImageStore(Folder, limits).Import(new ImageRequest(path) { Name = name }, null, CancellationToken.None);

    /// <summary>What an import is refused for.</summary>
    protected PeerComputeException Refused(string path, ImageLimits? limits = null) =>
        Assert.Throws<PeerComputeException>(() => Import(path, limits: limits))!;

    /// <summary>The files of an image, and its links with their targets.</summary>
    protected string[] TreeOf(ImageRecord image)
    {
        string root = Store.RootOf(image);
        return [.. Below(new DirectoryInfo(root)).OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(entry => entry.LinkTarget is { } target
            ? $"{Path.GetRelativePath(root, entry.FullName)}>{target}"
            : Path.GetRelativePath(root, entry.FullName) + (entry is DirectoryInfo ? "/" : "=" + File.ReadAllText(entry.FullName)))];
    }

    // The platform's own recursion follows links out of the root.
    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder) => folder.EnumerateFileSystemInfos()
        .SelectMany(entry => entry is DirectoryInfo { LinkTarget: null } inner ? Below(inner).Prepend(entry) : [entry]);

    /// <summary>Asserts that nothing lies in the store.</summary>
    protected void AssertEmpty()
    {
        string[] left = Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName)!] : [];
        Assert.That(left, Is.SubsetOf(new[] { "lock" }));
        string[] folders = Directory.Exists(Folder) ? [.. Directory.EnumerateDirectories(Folder).SelectMany(Directory.EnumerateFileSystemEntries)] : [];
        Assert.That(folders, Is.Empty);
    }
}
