// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>What is told about a name.</summary>
/// <param name="Kind">File or folder.</param>
/// <param name="Size">Bytes of a file; 0 for a folder.</param>
public readonly record struct GuestStat(GuestKind Kind, long Size);
