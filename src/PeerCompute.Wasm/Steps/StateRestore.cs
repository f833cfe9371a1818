// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>Puts a stranger's state into a fresh instance.</summary>
internal static class StateRestore
{
    /// <summary>Restores everything but the fuel.</summary>
    /// <exception cref="WireException">A part is none that this program can have.</exception>
    public static void Put(StepState state, WasmInstance? instance, Preview1 host, MemoryGuestFiles files, StepTerms terms)
    {
        var control = state.Control;
        var nodes = PutFolder(state, files);
        host.Slept = control.Slept;
        host.Chance = control.Chance;
        host.Streamed = control.Streamed;
        if (instance is null)
        {
            return;
        }

        InstanceParts.PutMemory(instance, state.Parts[(int)StatePart.Memory]);
        InstanceParts.PutGlobals(instance, state.Parts[(int)StatePart.Globals]);
        InstanceParts.PutTables(instance, state.Parts[(int)StatePart.Tables]);
        InstanceParts.PutSegments(instance, state.Parts[(int)StatePart.Segments]);
        var descriptors = state.Parts[(int)StatePart.Descriptors].ToArray();
        DescriptorList.Read(descriptors, nodes, state.Nameless, files, terms, host.Descriptors);
    }

    private static MemoryNode[] PutFolder(StepState state, MemoryGuestFiles files)
    {
        var nodes = new MemoryNode[state.Contents.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            var entry = state.Manifest.Entries[i];
            var error = files.Restore(entry, state.Contents[i].Pages, out var node);
            if (error != GuestError.None)
            {
                throw new WireException("folder", $"entry {i} cannot be put there: {error}");
            }

            nodes[i] = node!;
        }

        return nodes;
    }
}
