// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Steps;

/// <summary>
/// Reads snapshots (docs/step-abi.md, section 6). Memory is taken only for pages that the snapshot carries; pages that are said to have changed but
/// have not, and zeros that are not said to be zeros, are refused: a difference has one encoding.
/// </summary>
internal ref struct SnapshotReader(ReadOnlySpan<byte> snapshot, StepTerms terms, StepState? since)
{
    private StateReader _from = new(snapshot);

    public StepState Read()
    {
        if (!_from.Raw("magic", SnapshotWriter.Magic.Length).SequenceEqual(SnapshotWriter.Magic))
        {
            throw new WireException("magic", "no snapshot of version 1", 0);
        }

        var start = _from.Hash("since");
        if (start != (since?.Root ?? default))
        {
            throw new WireException("since", start.IsZero ? "a whole snapshot where a delta is needed" : $"a delta of another state, {start.Short()}");
        }

        var root = _from.Hash("root");
        var parts = new PagedBytes[StepState.ByteParts];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Paged(((StatePart)i).ToString(), Most((StatePart)i), since?.Parts[i] ?? PagedBytes.Empty);
        }

        if (parts[(int)StatePart.Control].Length != StepControl.Bytes)
        {
            throw new WireException("control", $"{parts[0].Length} bytes, expected {StepControl.Bytes}");
        }

        var control = StepControl.Decode(parts[(int)StatePart.Control].ToArray());
        var manifest = Folder(out var contents);
        var nameless = Nameless();
        _from.End();
        if (control.HoldsInstance || nameless.Length > 0)
        {
            DescriptorList.CheckNameless(parts[(int)StatePart.Descriptors].ToArray(), nameless);
        }

        var state = new StepState(control, parts, manifest, contents, nameless);
        return state.Root == root ? state : throw new WireException("root", $"named {root.Short()}, the content gives {state.Root.Short()}");
    }

    private readonly long Most(StatePart part) => part switch
    {
        StatePart.Control => StepControl.Bytes,
        StatePart.Memory => (long)terms.MaxPages * LinearMemory.PageSize,
        StatePart.Globals => (long)WasmLimits.Default.Globals * sizeof(ulong),
        StatePart.Tables => StepTerms.TableBytes,
        StatePart.Segments => ((WasmLimits.Default.Segments + 7) / 8) * 2,
        _ => StepTerms.DescriptorBytes,
    };

    private FolderManifest Folder(out PagedBytes[] contents)
    {
        var count = (int)_from.Number("folder.count", terms.MaxEntries);
        var entries = ImmutableArray.CreateBuilder<FolderEntry>();
        var files = new List<PagedBytes>();
        var left = terms.MaxFileBytes;
        for (var i = 0; i < count; i++)
        {
            var path = _from.Text("folder.path", GuestPath.MostBytes);
            if (!GuestPath.IsNormal(path))
            {
                throw _from.Refuse("folder.path", "not as the engine writes paths");
            }

            if (i > 0 && FolderManifest.Compare(entries[i - 1].Path, path) >= 0)
            {
                throw _from.Refuse("folder.path", "not sorted by bytes");
            }

            var kind = (FolderEntryKind)_from.Byte("folder.kind", (int)FolderEntryKind.ReadOnlyFile);
            var content = kind == FolderEntryKind.Folder ? PagedBytes.Empty : Paged("folder.file", left, SnapshotWriter.FileOf(since, path));
            left -= content.Length;
            files.Add(content);
            entries.Add(new FolderEntry(path, kind, content.Length, content.Pages.Root));
        }

        contents = [.. files];
        return new FolderManifest(entries.ToImmutable());
    }

    private PagedBytes[] Nameless()
    {
        var files = new PagedBytes[(int)_from.Number("nameless.count", DescriptorList.MostDescriptors)];
        var left = terms.MaxFileBytes;
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = Paged("nameless.file", left, SnapshotWriter.NamelessOf(since, i));
            left -= files[i].Length;
        }

        return files;
    }

    /// <summary>Reads a length and the pages that changed.</summary>
    private PagedBytes Paged(string field, long most, PagedBytes before)
    {
        var length = _from.Number(field + ".length", most);
        var count = _from.Number(field + ".pages", PageTree.Pages);
        var tree = before.Pages;
        var next = 0;
        for (var i = 0L; i < count; i++)
        {
            var page = next + (int)_from.Number(field + ".gap", PageTree.Pages - 1 - next);
            var zeros = _from.Byte(field + ".tag", 1) == 0;
            var room = Math.Clamp(length - ((long)page * PageTree.PageBytes), 0, PageTree.PageBytes);
            var renewed = tree.With(page, zeros ? [] : _from.Raw(field + ".page", (int)room));
            if (ReferenceEquals(renewed, tree) || renewed.IsZero(page) != zeros)
            {
                throw _from.Refuse(field + ".page", $"page {page} is not written as a change is");
            }

            tree = renewed;
            next = page + 1;
        }

        return tree.IsZeroFrom(length) ? new PagedBytes(length, tree) : throw _from.Refuse(field + ".length", $"there is more than {length} bytes");
    }
}
