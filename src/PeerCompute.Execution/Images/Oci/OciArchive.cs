// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Images.Tar;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>A layout in an uncompressed tar archive: one pass over the headers finds where each file lies.</summary>
internal sealed class OciArchive : OciLayout
{
    private const int MostFiles = 10_000;

    private readonly FileStream _archive;
    private readonly Dictionary<string, (long From, long Size)> _files = new(StringComparer.Ordinal);

    private OciArchive(FileStream archive, ImageLimits limits)
        : base(limits) => _archive = archive;

    /// <summary>Opens an archive.</summary>
    /// <param name="archive">The archive, at its start; disposed of with this, or here where it is no layout.</param>
    /// <param name="limits">Bounds.</param>
    /// <returns>The layout; null where the archive holds none.</returns>
    public static OciArchive? TryOpen(FileStream archive, ImageLimits limits)
    {
        var layout = new OciArchive(archive, limits);
        var reader = new TarReader(archive);
        while (reader.Next() is { } entry)
        {
            string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (entry.Kind != TarKind.File || (name is not ("oci-layout" or "index.json") && !name.StartsWith("blobs/", StringComparison.Ordinal))) continue;
            if (layout._files.Count == MostFiles) throw ImageFault.Limit($"the archive holds more than {MostFiles} blobs: copy one image only");
            layout._files[name] = (archive.Position, entry.Size);
        }

        return layout._files.ContainsKey("oci-layout") ? layout : null;
    }

    public override Stream? TryOpen(string path)
    {
        if (!_files.TryGetValue(path, out (long From, long Size) at)) return null;
        _archive.Position = at.From;
        return new StreamPart(_archive, at.Size);
    }

    public override void Dispose() => _archive.Dispose();
}
