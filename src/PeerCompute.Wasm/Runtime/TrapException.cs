// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Runtime;

/// <summary>Unwinds from a trap to whoever started the program.</summary>
internal sealed class TrapException(TrapKind kind) : Exception(Traps.NameOf(kind))
{
    public TrapKind Kind { get; } = kind;
}
