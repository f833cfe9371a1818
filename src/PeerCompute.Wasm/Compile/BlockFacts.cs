// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>A straight-line block (docs/wasm.md section 3): its charge, and whether it does what can be seen from outside of the function.</summary>
internal readonly record struct BlockFacts(int Cost, bool Acts);
