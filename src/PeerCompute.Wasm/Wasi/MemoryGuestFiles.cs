// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>Files in memory, bounded in bytes and entries; for step programs, the simulator and tests.</summary>
/// <param name="capacity">Bytes of all files together, at most 2^31-1 for one.</param>
/// <param name="maxEntries">Files and folders together.</param>
public sealed partial class MemoryGuestFiles(long capacity, int maxEntries = 10_000) : IGuestFiles
{
    private readonly MemoryNode _root = new(true);
    private int _entries;

    /// <summary>Bytes in use.</summary>
    public long Used { get; private set; }

    /// <summary>Puts a file, with the folders above it, before or after a run.</summary>
    /// <param name="path">A path as in <see cref="IGuestFiles"/>.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="readOnly">Whether the program may only read it.</param>
    /// <exception cref="ArgumentException">It does not fit, or a file stands where a folder is needed.</exception>
    public void Put(string path, ReadOnlySpan<byte> bytes, bool readOnly = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var made = CreateFolder(path[..slash]);
            if (made is not (GuestError.None or GuestError.Exists))
            {
                throw new ArgumentException(made.ToString(), nameof(path));
            }
        }

        var error = Open(path, GuestOpen.Write | GuestOpen.Create | GuestOpen.Truncate, out var file);
        using (file)
        {
            if (error == GuestError.None)
            {
                error = file!.Write(0, bytes);
            }
        }

        if (error != GuestError.None)
        {
            throw new ArgumentException(error.ToString(), nameof(path));
        }

        Find(path)!.ReadOnly = readOnly;
    }

    /// <summary>The content of a file.</summary>
    /// <param name="path">A path as in <see cref="IGuestFiles"/>.</param>
    /// <param name="bytes">Its content, valid until the file changes.</param>
    /// <returns>Whether there is such a file.</returns>
    public bool TryGet(string path, out ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        var node = Find(path);
        bytes = node?.Bytes ?? default;
        return node is { Children: null };
    }

    /// <summary>Paths of all files, sorted.</summary>
    public IReadOnlyList<string> Paths()
    {
        var paths = new List<string>();
        Collect(_root, string.Empty, paths);
        return paths;
    }

    /// <inheritdoc/>
    public GuestError Stat(string path, out GuestStat stat)
    {
        var error = Walk(path, out var node);
        stat = node?.Stat ?? default;
        return error;
    }

    /// <inheritdoc/>
    public GuestError Open(string path, GuestOpen how, out IGuestFile? file)
    {
        file = null;
        var error = Walk(path, out var node);
        if (error == GuestError.NotFound && (how & GuestOpen.Create) != 0)
        {
            error = Add(path, false, out node);
        }
        else if (error == GuestError.None && (how & GuestOpen.New) != 0)
        {
            error = GuestError.Exists;
        }

        if (error != GuestError.None)
        {
            return error;
        }

        if (node!.Children is not null)
        {
            return GuestError.IsFolder;
        }

        if (node.ReadOnly && (how & GuestOpen.Write) != 0)
        {
            return GuestError.Access;
        }

        if ((how & GuestOpen.Truncate) != 0)
        {
            Resize(node, 0);
        }

        file = new MemoryGuestFile(this, node);
        return GuestError.None;
    }

    /// <inheritdoc/>
    public GuestError List(string path, out IReadOnlyList<GuestEntry> entries)
    {
        entries = [];
        var error = Walk(path, out var node);
        if (error != GuestError.None)
        {
            return error;
        }

        if (node!.Children is not { } children)
        {
            return GuestError.NotFolder;
        }

        var list = new List<GuestEntry>(children.Count);
        foreach (var (name, child) in children)
        {
            list.Add(new GuestEntry(name, child.Stat.Kind));
        }

        entries = list;
        return GuestError.None;
    }

    /// <inheritdoc/>
    public GuestError CreateFolder(string path)
    {
        var error = Walk(path, out _);
        return error switch
        {
            GuestError.None => GuestError.Exists,
            GuestError.NotFound => Add(path, true, out _),
            _ => error,
        };
    }

    /// <inheritdoc/>
    public GuestError RemoveFolder(string path)
    {
        var error = Walk(path, out var node);
        return error != GuestError.None ? error
            : node!.Children is null ? GuestError.NotFolder
            : path.Length == 0 ? GuestError.Access
            : node.Children.Count > 0 ? GuestError.NotEmpty
            : Remove(path, node);
    }

    /// <inheritdoc/>
    public GuestError Unlink(string path)
    {
        var error = Walk(path, out var node);
        return error != GuestError.None ? error
            : node!.Children is not null ? GuestError.IsFolder
            : node.ReadOnly ? GuestError.Access
            : Remove(path, node);
    }

    /// <inheritdoc/>
    public GuestError Rename(string from, string to)
    {
        var error = Walk(from, out var node);
        if (error != GuestError.None)
        {
            return error;
        }

        if (from.Length == 0 || to.Length == 0 || node!.ReadOnly)
        {
            return GuestError.Access;
        }

        if (string.Equals(from, to, StringComparison.Ordinal))
        {
            return GuestError.None;
        }

        if (to.StartsWith(from + "/", StringComparison.Ordinal))
        {
            return GuestError.Invalid;
        }

        error = Walk(Parent(to), out var folder);
        if (error != GuestError.None || folder!.Children is null)
        {
            return error == GuestError.None ? GuestError.NotFolder : error;
        }

        error = MakeWay(to, node);
        if (error == GuestError.None)
        {
            Walk(Parent(from), out var source);
            source!.Children!.Remove(Name(from));
            folder.Children.Add(Name(to), node);
        }

        return error;
    }

    internal GuestError Resize(MemoryNode node, long length)
    {
        if (length > Array.MaxLength || Used - node.Length + length > capacity)
        {
            return GuestError.NoSpace;
        }

        Used += length - node.Length;
        node.SetLength((int)length);
        return GuestError.None;
    }

    /// <summary>Gives the bytes of a file back that has neither a name nor a user any more.</summary>
    internal void Release(MemoryNode node)
    {
        if (!node.Linked && node.Open == 0)
        {
            Resize(node, 0);
        }
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? string.Empty : path[..slash];

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static void Collect(MemoryNode node, string prefix, List<string> paths)
    {
        foreach (var (name, child) in node.Children!)
        {
            if (child.Children is null)
            {
                paths.Add(prefix + name);
            }
            else
            {
                Collect(child, prefix + name + "/", paths);
            }
        }
    }

    private GuestError MakeWay(string to, MemoryNode node)
    {
        if (Walk(to, out var old) != GuestError.None)
        {
            return GuestError.None;
        }

        return old!.Children is null
            ? node.Children is null ? Unlink(to) : GuestError.NotFolder
            : node.Children is null ? GuestError.IsFolder : RemoveFolder(to);
    }

    private MemoryNode? Find(string path) => Walk(path, out var node) == GuestError.None ? node : null;

    private GuestError Walk(string path, out MemoryNode? node)
    {
        node = _root;
        if (path.Length == 0)
        {
            return GuestError.None;
        }

        foreach (var part in path.Split('/'))
        {
            if (node.Children is null)
            {
                node = null;
                return GuestError.NotFolder;
            }

            if (!node.Children.TryGetValue(part, out node))
            {
                return GuestError.NotFound;
            }
        }

        return GuestError.None;
    }

    private GuestError Add(string path, bool folder, out MemoryNode? node)
    {
        node = null;
        var error = Walk(Parent(path), out var parent);
        if (error != GuestError.None || parent!.Children is null)
        {
            return error == GuestError.None ? GuestError.NotFolder : error;
        }

        if (_entries >= maxEntries)
        {
            return GuestError.NoSpace;
        }

        _entries++;
        node = new MemoryNode(folder);
        parent.Children.Add(Name(path), node);
        return GuestError.None;
    }

    private GuestError Remove(string path, MemoryNode node)
    {
        Walk(Parent(path), out var parent);
        parent!.Children!.Remove(Name(path));
        _entries--;
        node.Linked = false;
        Release(node);
        return GuestError.None;
    }
}
