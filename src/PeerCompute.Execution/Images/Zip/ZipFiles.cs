// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.Text;

namespace PeerCompute.Execution.Images.Zip;

/// <summary>
/// Writes the files of a zip archive as a tar archive, which is then imported like any other: one place judges names, links and bounds. The same archive gives
/// the same bytes on every node.
/// </summary>
internal static class ZipFiles
{
    /// <summary>Writes it.</summary>
    /// <param name="zip">The zip archive; can seek.</param>
    /// <param name="into">The tar archive; can seek.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellation">Ends it between two entries.</param>
    public static void ToTar(Stream zip, Stream into, ImageLimits limits, CancellationToken cancellation)
    {
        var reader = new ZipReader(zip);
        var budget = new ImageBudget(limits);
        using var writer = new TarWriter(into, TarEntryFormat.Gnu, leaveOpen: true);
        long unpacked = 0;
        foreach (ZipEntry entry in reader.Entries(limits.Entries))
        {
            cancellation.ThrowIfCancellationRequested();
            // What the directory says is judged before anything is unpacked; that it says the truth, as it is unpacked.
            if (entry.Size > limits.UnpackedBytes) budget.Check(entry.Size, zip.Length);
            unpacked += entry.Size;
            budget.Check(unpacked, zip.Length);
            EntryName.Split(entry.Name, limits);
            if (entry.IsSpecial) throw ImageFault.Bad($"{EntryName.Quote(entry.Name)} is a device, pipe or socket: leave it out");
            Write(writer, reader, entry, limits);
        }
    }

    private static void Write(TarWriter writer, ZipReader reader, ZipEntry entry, ImageLimits limits)
    {
        TarEntryType type = entry.IsFolder ? TarEntryType.Directory : entry.IsLink ? TarEntryType.SymbolicLink : TarEntryType.RegularFile;
        string name = entry.Name.Trim('/');
        if (name.Length == 0) return;
        var made = new GnuTarEntry(type, name)
        {
            ModificationTime = entry.Modified,
            AccessTime = entry.Modified,
            ChangeTime = entry.Modified,
            Mode = entry.Mode == 0 ? UnixFileMode.UserRead : (UnixFileMode)(entry.Mode & 0xFFF),
        };
        using ZipContent content = reader.Open(entry);
        if (entry.IsLink) made.LinkName = Target(content, entry, limits);
        else if (type == TarEntryType.RegularFile) made.DataStream = content;
        writer.WriteEntry(made);
    }

    private static string Target(ZipContent content, ZipEntry entry, ImageLimits limits)
    {
        if (entry.Size > limits.NameBytes) throw ImageFault.Limit($"{EntryName.Quote(entry.Name)}: a target of {entry.Size} bytes, limit {limits.NameBytes}");
        byte[] bytes = new byte[entry.Size + 1];
        int got = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return EntryName.Target(Encoding.UTF8.GetString(bytes, 0, got), limits);
    }
}
