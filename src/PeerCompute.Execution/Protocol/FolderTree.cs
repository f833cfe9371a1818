// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Guests;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Protocol;

/// <summary>What a child says of a folder that its guest wrote.</summary>
/// <param name="Entries">Paths from the folder down, sorted, and the numbers of files, -1 for folders; null where there is none, or it is refused.</param>
/// <param name="Refusal">Why it cannot be handed on; empty else.</param>
internal sealed record FolderTree(IReadOnlyList<(string Path, int Number)>? Entries, string Refusal)
{
    /// <summary>Most bytes of all paths: the message must fit a frame.</summary>
    private const int MostPathBytes = 128 << 10;

    private const int MostRefusalBytes = 2048;

    /// <summary>There is none.</summary>
    public static FolderTree Missing { get; } = new(null, "");

    /// <summary>What a guest's folder holds.</summary>
    public static FolderTree Of(FolderFiles files, string name)
    {
        try
        {
            if (files.Tree(name) is not { } entries) return Missing;
            int bytes = entries.Sum(static entry => Encoding.UTF8.GetByteCount(entry.Path));
            return bytes <= MostPathBytes ? new FolderTree(entries, "") : Refused($"its paths take {bytes} bytes, limit {MostPathBytes}: use shorter names");
        }
        catch (WireException broken)
        {
            return Refused(broken.Message);
        }
    }

    /// <summary>Writes the message.</summary>
    public byte[] Encode()
    {
        var writer = new ProtoWriter();
        writer.Varint(1, Entries is null ? 0u : 1).Text(2, Refusal);
        foreach ((string path, int number) in Entries ?? []) writer.Bytes(3, new ProtoWriter().Text(1, path).Varint(2, (ulong)(number + 1)).Written.Span);
        return writer.ToArray();
    }

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireException">It breaks the format.</exception>
    public static FolderTree Decode(ReadOnlySpan<byte> bytes)
    {
        var (found, entries, refusal) = (false, new List<(string, int)>(), "");
        var reader = new ProtoReader(bytes, FolderFiles.MostEntries + 2);
        while (reader.Next())
        {
            if (reader.Field == 1) found = reader.Varint("tree") != 0;
            else if (reader.Field == 2) refusal = Printable.Line(Encoding.UTF8.GetString(reader.Bytes("refusal", MostRefusalBytes)));
            else entries.Add(Entry(reader.Bytes("entry", FolderNames.PathBytes + 16)));
        }

        return new FolderTree(found && refusal.Length == 0 ? entries : null, refusal);
    }

    private static (string Path, int Number) Entry(ReadOnlySpan<byte> bytes)
    {
        var (path, number) = ("", -1);
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1) path = Encoding.UTF8.GetString(reader.Bytes("path", FolderNames.PathBytes));
            else number = (int)Math.Min(reader.Varint("number"), int.MaxValue) - 1;
        }

        return (path, number);
    }

    private static FolderTree Refused(string why) => new(null, why);
}
