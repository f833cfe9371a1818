// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>Takes the state of a program between two steps.</summary>
internal static class StateCapture
{
    /// <summary>Compares everything with the state before, and hashes what differs.</summary>
    /// <param name="control">What is known already; the end may become one over a limit.</param>
    /// <param name="instance">The program; null where it did not get that far.</param>
    /// <param name="host">Its host.</param>
    /// <param name="files">Its files.</param>
    /// <param name="before">An earlier state to share pages with.</param>
    public static StepState Take(StepControl control, WasmInstance? instance, Preview1 host, MemoryGuestFiles files, StepState? before)
    {
        var folder = files.InOrder();
        PagedBytes[] nameless = [];
        byte[] descriptors = [];
        if (control.HoldsInstance)
        {
            Invariant.Check(instance is not null);
            nameless = DescriptorList.Nameless(host.Descriptors);
            descriptors = DescriptorList.Write(host.Descriptors, nameless);
            control = Bounded(control, instance, descriptors.Length);
        }

        var parts = new PagedBytes[StepState.ByteParts];
        Array.Fill(parts, PagedBytes.Empty);
        if (control.HoldsInstance)
        {
            parts[(int)StatePart.Memory] = InstanceParts.Memory(instance!, Before(before, StatePart.Memory));
            parts[(int)StatePart.Globals] = InstanceParts.Globals(instance!, Before(before, StatePart.Globals));
            parts[(int)StatePart.Tables] = InstanceParts.Tables(instance!, Before(before, StatePart.Tables));
            parts[(int)StatePart.Segments] = InstanceParts.Segments(instance!, Before(before, StatePart.Segments));
            parts[(int)StatePart.Descriptors] = Before(before, StatePart.Descriptors).Next(descriptors);
        }

        parts[(int)StatePart.Control] = Before(before, StatePart.Control).Next(control.Encode());
        var manifest = Manifest(folder, out var contents);
        return new StepState(control, parts, manifest, contents, control.HoldsInstance ? nameless : []);
    }

    private static PagedBytes Before(StepState? state, StatePart part) => state?.Parts[(int)part] ?? PagedBytes.Empty;

    private static StepControl Bounded(StepControl control, WasmInstance instance, int descriptorBytes) =>
        new TablePages(instance.Tables).Length > StepTerms.TableBytes
            ? control with { End = StepEnd.OverLimit, Code = (int)StepLimit.Tables }
            : descriptorBytes > StepTerms.DescriptorBytes
                ? control with { End = StepEnd.OverLimit, Code = (int)StepLimit.Descriptors }
                : control;

    private static FolderManifest Manifest(List<(string Path, MemoryNode Node)> folder, out PagedBytes[] contents)
    {
        contents = new PagedBytes[folder.Count];
        var entries = ImmutableArray.CreateBuilder<FolderEntry>(folder.Count);
        for (var i = 0; i < folder.Count; i++)
        {
            var (path, node) = folder[i];
            contents[i] = node.Children is null ? new PagedBytes(node.Length, node.Pages) : PagedBytes.Empty;
            entries.Add(new FolderEntry(path, KindOf(node), contents[i].Length, contents[i].Pages.Root));
        }

        return new FolderManifest(entries.MoveToImmutable());
    }

    private static FolderEntryKind KindOf(MemoryNode node) => node.Children is not null ? FolderEntryKind.Folder
        : node.ReadOnly ? FolderEntryKind.ReadOnlyFile : FolderEntryKind.File;
}
