// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Runtime;

/// <summary>A function of the host. Arguments stand in the slots from the first on; so do the results afterwards.</summary>
/// <param name="caller">The instance that calls.</param>
/// <param name="slots">As many slots as there are arguments or results, whichever are more.</param>
internal delegate void HostFunction(WasmInstance caller, Span<ulong> slots);
