// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Wasi;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Guests;

/// <summary>
/// The files of one task. Names live in memory only: on the disk a task's files are numbered, so that no name, link or path of the guest's ever
/// reaches the host's file system. Inputs are read in place and cannot be changed.
/// </summary>
internal sealed class FolderFiles : IGuestFiles, IDisposable
{
    /// <summary>Most files and folders of one task, inputs that are files included; a task that makes more gets "no space".</summary>
    public const int MostEntries = 1000;

    private readonly GuestNode _root = GuestNode.Folder();
    private readonly string _folder;

    /// <summary>
    /// Files on the disk that no name leads to. They are emptied and used again, never deleted: a child that may delete could hide open files from
    /// whoever looks how much it has written, so the filter of system calls lets it delete nothing.
    /// </summary>
    private readonly Stack<int> _free = [];

    private int _entries;
    private int _numbered;

    /// <param name="folder">An empty folder of the task's own.</param>
    /// <param name="inputs">Names and places of the inputs.</param>
    /// <param name="budget">What the task may write.</param>
    public FolderFiles(string folder, IReadOnlyList<(string Name, string Path)> inputs, OutputBudget budget)
    {
        _folder = folder;
        Budget = budget;
        foreach ((string name, string path) in inputs)
        {
            if (FolderNames.IsFolder(name)) Place(FolderNames.Plain(name), PackedInput.Open(path));
            else Place(name, GuestNode.Input(path));
        }
    }

    /// <summary>What is left to write.</summary>
    public OutputBudget Budget { get; }

    /// <summary>What a folder of the guest's own holds, sorted as a packed folder is; null if there is none of that name.</summary>
    /// <param name="name">Its plain name.</param>
    /// <returns>Paths from the folder down, and the numbers of files; -1 for a folder.</returns>
    /// <exception cref="WireException">A path breaks a rule of packed folders, or what lies there is an input.</exception>
    public IReadOnlyList<(string Path, int Number)>? Tree(string name)
    {
        if (Walk(name, out GuestNode? node) != GuestError.None || node!.Children is null) return null;
        var found = new List<(string Path, int Number)>();
        Collect(node, "", found);
        found.Sort(static (a, b) => FolderManifest.Compare(a.Path, b.Path));
        return found;
    }

    /// <summary>The number under which a file of the guest's own lies in the folder; -1 if there is none of that name.</summary>
    public int NumberOf(string name) => Walk(name, out GuestNode? node) == GuestError.None ? node!.Number : -1;

    /// <inheritdoc/>
    public GuestError Stat(string path, out GuestStat stat)
    {
        GuestError error = Walk(path, out GuestNode? node);
        stat = node is null ? default : new GuestStat(node.Kind, node.Length);
        return error;
    }

    /// <inheritdoc/>
    public GuestError Open(string path, GuestOpen how, out IGuestFile? file)
    {
        file = null;
        GuestError error = Walk(path, out GuestNode? node);
        if (error == GuestError.NotFound && how.HasFlag(GuestOpen.Create)) error = Create(path, out node);
        else if (error == GuestError.None && how.HasFlag(GuestOpen.New)) error = GuestError.Exists;
        if (error != GuestError.None) return error;
        if (node!.Children is not null) return GuestError.IsFolder;
        if (node.ReadOnly && how.HasFlag(GuestOpen.Write)) return GuestError.Access;
        if (how.HasFlag(GuestOpen.Truncate)) Resize(node, 0);
        file = new FolderFile(this, node);
        return GuestError.None;
    }

    /// <inheritdoc/>
    public GuestError List(string path, out IReadOnlyList<GuestEntry> entries)
    {
        entries = [];
        GuestError error = Walk(path, out GuestNode? node);
        if (error != GuestError.None) return error;
        if (node!.Children is not { } children) return GuestError.NotFolder;
        entries = [.. children.Select(child => new GuestEntry(child.Key, child.Value.Kind))];
        return GuestError.None;
    }

    /// <inheritdoc/>
    public GuestError CreateFolder(string path)
    {
        GuestError error = Walk(path, out _);
        if (error == GuestError.None) return GuestError.Exists;
        return error == GuestError.NotFound ? Add(path, () => GuestNode.Folder()) : error;
    }

    /// <inheritdoc/>
    public GuestError RemoveFolder(string path)
    {
        GuestError error = Walk(path, out GuestNode? node);
        if (error != GuestError.None) return error;
        if (node!.Children is not { } children) return GuestError.NotFolder;
        if (path.Length == 0 || node.ReadOnly) return GuestError.Access;
        return children.Count > 0 ? GuestError.NotEmpty : Detach(path, node);
    }

    /// <inheritdoc/>
    public GuestError Unlink(string path)
    {
        GuestError error = Walk(path, out GuestNode? node);
        if (error != GuestError.None) return error;
        if (node!.Children is not null) return GuestError.IsFolder;
        return node.ReadOnly ? GuestError.Access : Detach(path, node);
    }

    /// <inheritdoc/>
    public GuestError Rename(string from, string to)
    {
        GuestError error = Walk(from, out GuestNode? node);
        if (error != GuestError.None) return error;
        if (from.Length == 0 || to.Length == 0 || HoldsInput(node!)) return GuestError.Access;
        if (from == to) return GuestError.None;
        if (to.StartsWith(from + "/", StringComparison.Ordinal)) return GuestError.Invalid;
        error = Walk(Parent(to), out GuestNode? folder);
        if (error != GuestError.None) return error;
        if (folder!.Children is not { } children) return GuestError.NotFolder;
        error = MakeWay(to, node!);
        if (error != GuestError.None) return error;
        Walk(Parent(from), out GuestNode? source);
        source!.Children!.Remove(Leaf(from));
        children.Add(Leaf(to), node!);
        return GuestError.None;
    }

    /// <summary>Closes every file on the host.</summary>
    public void Dispose() => Close(_root);

    /// <summary>Closes every file and empties the guest's own on the disk: the task starts again, with files and a budget anew.</summary>
    public void Discard()
    {
        Dispose();
        for (int number = 0; number < _numbered; number++) GuestNode.Output(PathOf(number), number).Empty();
    }

    /// <summary>Cuts or extends a file within the budget.</summary>
    internal GuestError Resize(GuestNode node, long length)
    {
        if (!Budget.TryTake(length - node.Length)) return GuestError.NoSpace;
        RandomAccess.SetLength(node.Handle, length);
        node.Length = length;
        return GuestError.None;
    }

    /// <summary>Closes a file on the host that nobody has open; gives its bytes back if no name leads to it either.</summary>
    internal void Release(GuestNode node)
    {
        if (node.Open > 0 || node.Children is not null) return;
        node.Close();
        if (node.Linked) return;
        Budget.TryTake(-node.Length);
        node.Length = 0;
        node.Empty();
        if (node.Number >= 0) _free.Push(node.Number);
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? "" : path[..slash];

    private static string Leaf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool HoldsInput(GuestNode node) => node.ReadOnly || (node.Children is { } children && children.Values.Any(HoldsInput));

    private static void Collect(GuestNode folder, string above, List<(string Path, int Number)> found)
    {
        foreach ((string name, GuestNode node) in folder.Children!)
        {
            string path = above + name;
            FolderNames.Check(path, $"'{Printable.Line(path)}'");
            if (node.ReadOnly) throw new WireException($"'{Printable.Line(path)}'", "is an input: write outputs into a folder of their own");
            found.Add((path, node.Number));
            if (node.Children is not null) Collect(node, path + "/", found);
        }
    }

    private static void Close(GuestNode node)
    {
        node.Close();
        foreach (GuestNode child in node.Children?.Values ?? Enumerable.Empty<GuestNode>()) Close(child);
    }

    private string PathOf(int number) => Path.Combine(_folder, number.ToString(CultureInfo.InvariantCulture));

    private GuestError Walk(string path, out GuestNode? node)
    {
        node = _root;
        if (path.Length == 0) return GuestError.None;
        foreach (string part in path.Split('/'))
        {
            if (node.Children is not { } children)
            {
                node = null;
                return GuestError.NotFolder;
            }

            if (!children.TryGetValue(part, out node)) return GuestError.NotFound;
        }

        return GuestError.None;
    }

    private GuestError Create(string path, out GuestNode? node)
    {
        GuestNode? made = null;
        GuestError error = Add(path, () =>
        {
            if (!_free.TryPop(out int number)) number = _numbered++;
            return made = GuestNode.Output(PathOf(number), number);
        });
        node = made;
        return error;
    }

    private GuestError Add(string path, Func<GuestNode> make)
    {
        GuestError error = Walk(Parent(path), out GuestNode? parent);
        if (error != GuestError.None) return error;
        if (parent!.Children is not { } children) return GuestError.NotFolder;
        if (_entries >= MostEntries) return GuestError.NoSpace;
        _entries++;
        children.Add(Leaf(path), make());
        return GuestError.None;
    }

    private GuestError Detach(string path, GuestNode node)
    {
        Walk(Parent(path), out GuestNode? parent);
        parent!.Children!.Remove(Leaf(path));
        _entries--;
        node.Linked = false;
        Release(node);
        return GuestError.None;
    }

    private GuestError MakeWay(string to, GuestNode node)
    {
        if (Walk(to, out GuestNode? old) != GuestError.None) return GuestError.None;
        if (old!.Children is null) return node.Children is null ? Unlink(to) : GuestError.NotFolder;
        return node.Children is null ? GuestError.IsFolder : RemoveFolder(to);
    }

    private void Place(string name, PackedInput folder)
    {
        GuestNode root = GuestNode.Folder(readOnly: true);
        _root.Children!.Add(name, root);
        for (int i = 0; i < folder.Entries.Count; i++)
        {
            FolderEntry entry = folder.Entries[i];
            GuestNode? holder = root;
            if (entry.Path.Contains('/')) Walk(name + "/" + Parent(entry.Path), out holder);
            GuestNode node = entry.Kind == FolderEntryKind.Folder ? GuestNode.Folder(readOnly: true) : GuestNode.Input(folder, i);
            holder!.Children!.Add(Leaf(entry.Path), node);
        }
    }

    private void Place(string name, GuestNode input)
    {
        for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1)) CreateFolder(name[..slash]);
        Add(name, () => input);
    }
}
