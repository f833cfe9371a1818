// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;

namespace PeerCompute.Wasm.Steps;

/// <summary>
/// All that a step program is between two steps, under one root (docs/step-abi.md). It never changes, and shares its pages with the states before it,
/// so holding many costs what differs between them.
/// </summary>
public sealed class StepState
{
    /// <summary>The parts that are bytes: all but the folder.</summary>
    internal const int ByteParts = (int)StatePart.Folder;

    private readonly Hash32[] _leaves = new Hash32[StateRoot.Parts];

    internal StepState(StepControl control, PagedBytes[] parts, FolderManifest manifest, PagedBytes[] contents, PagedBytes[] nameless)
    {
        Invariant.Check(parts.Length == ByteParts && contents.Length == manifest.Entries.Length);
        Control = control;
        Parts = parts;
        Manifest = manifest;
        Contents = contents;
        Nameless = nameless;
        for (var i = 0; i < ByteParts; i++)
        {
            _leaves[i] = StateRoot.Leaf((StatePart)i, parts[i].Length, parts[i].Pages.Root);
        }

        _leaves[ByteParts] = StateRoot.Leaf(StatePart.Folder, manifest.Entries.Length, manifest.Root);
        Root = MerkleTree.Root(_leaves);
    }

    /// <summary>The state root.</summary>
    public Hash32 Root { get; }

    /// <summary>Calls of <c>step</c> so far.</summary>
    public long Step => Control.Step;

    /// <summary>Whether and how the program ended.</summary>
    public StepEnd End => Control.End;

    /// <summary>Exit code, trap, answer or limit, as <see cref="End"/> says.</summary>
    public int Code => Control.Code;

    /// <summary>Units of fuel used since the start.</summary>
    public long FuelUsed => Control.Fuel;

    /// <summary>The hash of module and terms that it is a state of.</summary>
    public Hash32 Terms => Control.Terms;

    /// <summary>Bytes of linear memory.</summary>
    public long MemoryBytes => Parts[(int)StatePart.Memory].Length;

    /// <summary>The work folder; in the last state the program's output.</summary>
    public FolderManifest Manifest { get; }

    internal StepControl Control { get; }

    internal PagedBytes[] Parts { get; }

    /// <summary>Contents of the manifest's entries.</summary>
    internal PagedBytes[] Contents { get; }

    /// <summary>Files that are open but have no name any more, in the order of the descriptors that name them first.</summary>
    internal PagedBytes[] Nameless { get; }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="snapshot">A stranger's bytes (docs/step-abi.md, section 6).</param>
    /// <param name="terms">The terms of the job; bounds of what is taken.</param>
    /// <param name="since">The state that it is a delta of; null for a whole one.</param>
    /// <returns>The state; its root is that of the bytes, to be compared with the root that was agreed on.</returns>
    /// <exception cref="WireException">It breaks the format or a bound, or does not give the root that it names.</exception>
    public static StepState Decode(ReadOnlySpan<byte> snapshot, StepTerms terms, StepState? since = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        terms.Check();
        return new SnapshotReader(snapshot, terms, since).Read();
    }

    /// <summary>Writes a snapshot: the pages in which this differs from an earlier state, or from nothing.</summary>
    /// <param name="since">The earlier state; null for a whole snapshot.</param>
    /// <returns>The one encoding of this difference.</returns>
    public byte[] Encode(StepState? since = null) => SnapshotWriter.Write(this, since);

    /// <summary>Reads a file of the work folder.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="bytes">Its content.</param>
    /// <returns>False where there is no such file.</returns>
    public bool TryReadFile(string path, out byte[] bytes)
    {
        var index = Manifest.IndexOf(path);
        var found = index >= 0 && Manifest.Entries[index].Kind != FolderEntryKind.Folder;
        bytes = found ? Contents[index].ToArray() : [];
        return found;
    }

    /// <summary>Proves a page of a part.</summary>
    /// <param name="part">Any but <see cref="StatePart.Folder"/>.</param>
    /// <param name="page">Which page of it.</param>
    /// <returns>A proof against <see cref="Root"/>.</returns>
    public PageProof Prove(StatePart part, int page)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)part is >= 0 and < ByteParts, true, nameof(part));
        var image = Parts[(int)part];
        return Prove(part, image.Length, image.Pages, page);
    }

    /// <summary>Proves a page of a file of the work folder.</summary>
    /// <param name="path">The file's path; it must be there.</param>
    /// <param name="page">Which page of it.</param>
    /// <returns>A proof against <see cref="Root"/>.</returns>
    public PageProof ProveFile(string path, int page)
    {
        var index = Manifest.IndexOf(path);
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(path));
        var proof = Prove(StatePart.Folder, Manifest.Entries.Length, Contents[index].Pages, page);
        return proof with { File = (Manifest.Entries[index], index, [.. Manifest.Proof(index)]) };
    }

    private PageProof Prove(StatePart part, long length, PageTree pages, int page) => new(
        part, length, page, pages.Page(page).ToArray(), [.. pages.Proof(page)], [.. MerkleTree.Proof(_leaves, (int)part)]);
}
