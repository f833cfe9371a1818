// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.States;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Steps;

/// <summary>The pages of a linear memory, as it is now.</summary>
internal sealed unsafe class MemoryPages(LinearMemory memory) : IPageSource
{
    public ReadOnlySpan<byte> Page(int index) => new(memory.Data + ((long)index * PageTree.PageBytes), PageTree.PageBytes);
}
