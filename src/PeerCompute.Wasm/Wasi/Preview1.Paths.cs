// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace PeerCompute.Wasm.Wasi;

/// <content>Paths, folders and what is told about files.</content>
internal sealed partial class Preview1
{
    private const int MaxPathBytes = 4_096;
    private const int MaxNameBytes = 255;

    /// <summary>Bytes that an entry counts for when a listing is started: the work is done then, whatever is read of it.</summary>
    private const int ListingBytes = 256;
    private const uint OpenCreate = 1;
    private const uint OpenFolder = 2;
    private const uint OpenNew = 4;
    private const uint OpenTruncate = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private delegate GuestError PathCall(Preview1 host, string path);

    /// <summary>Reads a path and makes it relative to the root. Without links, <c>..</c> can be resolved in the text.</summary>
    private int Path(uint fd, uint address, uint length, out string path)
    {
        path = string.Empty;
        if (Get(fd) is not { } folder)
        {
            return Errno.BadDescriptor;
        }

        if (!folder.IsFolder)
        {
            return Errno.NotFolder;
        }

        if (length > MaxPathBytes)
        {
            return Errno.NameTooLong;
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(Moved(address, length));
        }
        catch (DecoderFallbackException)
        {
            return Errno.IllegalBytes;
        }

        return text.Length == 0 ? Errno.NoEntry
            : text.Contains('\0', StringComparison.Ordinal) ? Errno.IllegalBytes
            : text[0] == '/' ? Errno.NotCapable
            : Normalise(folder.Path, text, out path);
    }

    private static int Normalise(string folder, string text, out string path)
    {
        path = string.Empty;
        var parts = new List<string>();
        if (folder.Length > 0)
        {
            parts.AddRange(folder.Split('/'));
        }

        var floor = parts.Count;
        foreach (var part in text.Split('/'))
        {
            if (part.Length == 0 || part == ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > floor)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                return Errno.NotCapable;
            }

            if (Encoding.UTF8.GetByteCount(part) > MaxNameBytes)
            {
                return Errno.NameTooLong;
            }
        }

        path = string.Join('/', parts);
        return path.Length > MaxPathBytes ? Errno.NameTooLong : Errno.Success;
    }

    private int OnPath(uint fd, uint address, uint length, PathCall call)
    {
        var error = Path(fd, address, length, out var path);
        return error != Errno.Success ? error : (int)call(this, path);
    }

    private GuestError ReadLink(string path)
    {
        var error = _options.Files.Stat(path, out _);
        return error == GuestError.None ? GuestError.Invalid : error;
    }

    private int Rename(uint fromFd, uint from, uint fromLength, uint toFd, uint to, uint toLength)
    {
        var error = Path(fromFd, from, fromLength, out var source);
        if (error == Errno.Success)
        {
            error = Path(toFd, to, toLength, out var target);
            if (error == Errno.Success)
            {
                return (int)_options.Files.Rename(source, target);
            }
        }

        return error;
    }

    private int OpenPath(uint fd, uint address, uint length, uint how, ulong rights, uint flags, uint result)
    {
        var error = Path(fd, address, length, out var path);
        if (error != Errno.Success)
        {
            return error;
        }

        var free = Array.IndexOf(_descriptors, null);
        if (free < 0)
        {
            return Errno.TooManyFiles;
        }

        Descriptor? descriptor = null;
        var found = _options.Files.Stat(path, out var stat);
        if (found == GuestError.None && stat.Kind == GuestKind.Folder)
        {
            error = (how & OpenNew) != 0 ? (int)GuestError.Exists
                : (how & (OpenCreate | OpenTruncate)) != 0 ? Errno.IsFolder : Errno.Success;
            descriptor = new Descriptor { Path = path, IsFolder = true };
        }
        else if ((how & OpenFolder) != 0)
        {
            error = found == GuestError.None ? Errno.NotFolder : (int)found;
        }
        else
        {
            error = OpenFile(path, how, rights, flags, out descriptor);
        }

        if (error == Errno.Success)
        {
            _descriptors[free] = descriptor;
            Write32(result, (uint)free);
        }

        return error;
    }

    private int OpenFile(string path, uint how, ulong rights, uint flags, out Descriptor descriptor)
    {
        var write = (rights & RightWrite) != 0 || (how & OpenTruncate) != 0;
        var mode = (write || (how & OpenCreate) != 0 ? GuestOpen.Write : GuestOpen.Read)
            | ((how & OpenCreate) != 0 ? GuestOpen.Create : 0)
            | ((how & OpenNew) != 0 ? GuestOpen.New : 0)
            | ((how & OpenTruncate) != 0 ? GuestOpen.Truncate : 0);
        var error = _options.Files.Open(path, mode, out var file);
        descriptor = new Descriptor
        {
            Path = path,
            File = file,
            CanRead = (rights & RightRead) != 0,
            CanWrite = write,
            Append = (flags & 1) != 0,
        };
        return (int)error;
    }

    /// <summary>Name number of a path: FNV-1a over its bytes, never 0.</summary>
    private static ulong Inode(string path)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(path))
        {
            hash = (hash ^ b) * 0x100000001B3UL;
        }

        return hash | 1;
    }

    private int FileStat(uint fd, uint target)
    {
        if (Get(fd) is not { } descriptor)
        {
            return Errno.BadDescriptor;
        }

        PutStat(target, descriptor.Type, descriptor.File is null && !descriptor.IsFolder ? fd : Inode(descriptor.Path), descriptor.File?.Length ?? 0);
        return Errno.Success;
    }

    private int PathStat(uint fd, uint address, uint length, uint target)
    {
        var error = Path(fd, address, length, out var path);
        if (error != Errno.Success)
        {
            return error;
        }

        error = (int)_options.Files.Stat(path, out var stat);
        if (error == Errno.Success)
        {
            PutStat(target, (byte)stat.Kind, Inode(path), stat.Size);
        }

        return error;
    }

    /// <summary>All times are the program's start.</summary>
    private void PutStat(uint target, byte type, ulong inode, long size)
    {
        var stat = Moved(target, 64);
        stat.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(stat[8..], inode);
        stat[16] = type;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[24..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(stat[32..], (ulong)size);
        for (var i = 40; i < 64; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(stat[i..], _options.StartTime);
        }
    }

    private int Prestat(uint fd, uint target)
    {
        if (Get(fd) is not { Preopened: true })
        {
            return Errno.BadDescriptor;
        }

        Write32(target, 0);
        Write32(target + 4, 1);
        return Errno.Success;
    }

    private int PrestatName(uint fd, uint address, uint length)
    {
        if (Get(fd) is not { Preopened: true })
        {
            return Errno.BadDescriptor;
        }

        if (length < 1)
        {
            return Errno.NameTooLong;
        }

        Moved(address, 1)[0] = (byte)'/';
        return Errno.Success;
    }

    private int ReadFolder(uint fd, uint buffer, uint length, ulong cookie, uint result)
    {
        if (Get(fd) is not { } descriptor)
        {
            return Errno.BadDescriptor;
        }

        if (!descriptor.IsFolder)
        {
            return Errno.NotFolder;
        }

        if (cookie == 0 || descriptor.Listing is null)
        {
            var error = _options.Files.List(descriptor.Path, out var entries);
            if (error != GuestError.None)
            {
                return (int)error;
            }

            descriptor.Listing = [new(".", GuestKind.Folder), new("..", GuestKind.Folder), .. FolderOrder.Sort(entries)];
            _moved += (long)entries.Count * ListingBytes;
        }

        var target = _memory.Span(buffer, length);
        var filled = 0;
        for (var i = cookie; i < (ulong)descriptor.Listing.Count && filled < target.Length; i++)
        {
            filled += PutEntry(target[filled..], descriptor.Path, descriptor.Listing[(int)i], i + 1);
        }

        _moved += filled;
        Write32(result, (uint)filled);
        return Errno.Success;
    }

    /// <summary>Writes as much of an entry as there is room for.</summary>
    private static int PutEntry(Span<byte> target, string folder, GuestEntry entry, ulong next)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        var path = entry.Name == "." ? folder
            : entry.Name == ".." ? folder[..Math.Max(0, folder.LastIndexOf('/'))]
            : folder.Length == 0 ? entry.Name : folder + "/" + entry.Name;
        var bytes = new byte[24 + name.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, next);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Inode(path));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), (uint)name.Length);
        bytes[20] = (byte)entry.Kind;
        name.CopyTo(bytes, 24);
        var n = Math.Min(bytes.Length, target.Length);
        bytes.AsSpan(0, n).CopyTo(target);
        return n;
    }
}
