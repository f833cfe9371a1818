// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>An entry of a folder.</summary>
/// <param name="Name">Its name, without its path.</param>
/// <param name="Kind">File or folder.</param>
public readonly record struct GuestEntry(string Name, GuestKind Kind);
