// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>One export.</summary>
internal readonly record struct Export(string Name, ExternKind Kind, int Index);
