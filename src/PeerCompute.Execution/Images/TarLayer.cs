// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Images.Tar;

namespace PeerCompute.Execution.Images;

/// <summary>Takes a layer's archive apart (OCI image specification, layer.md).</summary>
internal static class TarLayer
{
    private const string Whiteout = ".wh.", Opaque = ".wh..wh..opq", Reserved = ".wh..wh.";

    /// <summary>Unpacks an archive to its end.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="writer">Takes its entries.</param>
    /// <param name="whiteouts">Whether names that begin with <c>.wh.</c> hide others.</param>
    /// <param name="limits">Bounds.</param>
    /// <returns>The layer, hashes and sizes aside.</returns>
    public static Layer Read(Stream archive, LayerWriter writer, bool whiteouts, ImageLimits limits)
    {
        var reader = new TarReader(archive);
        int leftOut = 0, stripped = 0;
        while (reader.Next() is { } entry)
        {
            string[] parts = EntryName.Split(entry.Name, limits);
            string path = string.Join('/', parts);
            if (whiteouts && parts is [.., var name] && name.StartsWith(Whiteout, StringComparison.Ordinal))
            {
                leftOut += Hide(string.Join('/', parts[..^1]), name, entry.Name, writer) ? 0 : 1;
                continue;
            }

            if (parts.Length == 0 && entry.Kind != TarKind.Folder) throw ImageFault.Bad("the root itself is no folder in this archive: pack it again");
            if (entry.HasSetId && entry.Kind == TarKind.File) stripped++;
            switch (entry.Kind)
            {
                case TarKind.File: writer.AddFile(path, entry.IsExecutable, entry.Modified, reader.Read); break;
                case TarKind.Folder: writer.Add(LayerEntryKind.Folder, path); break;
                case TarKind.SymbolicLink: writer.Add(LayerEntryKind.SymbolicLink, path, EntryName.Target(entry.Target, limits)); break;
                case TarKind.HardLink: writer.Add(LayerEntryKind.HardLink, path, string.Join('/', EntryName.Split(entry.Target, limits))); break;
                default: leftOut++; break;
            }
        }

        return new Layer { Entries = writer.Entries, LeftOut = leftOut, Stripped = stripped };
    }

    private static bool Hide(string folder, string name, string whole, LayerWriter writer)
    {
        if (name == Opaque)
        {
            writer.Add(LayerEntryKind.Opaque, folder);
            return true;
        }

        if (name.StartsWith(Reserved, StringComparison.Ordinal)) return false; // book-keeping of the tool that made it
        string hidden = name[Whiteout.Length..];
        if (hidden is "" or "." or "..") throw ImageFault.Bad($"{EntryName.Quote(whole)}: hides no name: make the image again with another tool");
        writer.Add(LayerEntryKind.Whiteout, folder.Length == 0 ? hidden : folder + "/" + hidden);
        return true;
    }
}
