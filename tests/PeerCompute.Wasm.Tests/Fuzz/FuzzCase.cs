// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A module and what is called of it, in order, in one instance; a bounded one ends by itself.</summary>
internal sealed record FuzzCase(ulong Seed, FuzzModule Module, IReadOnlyList<FuzzCall> Calls, bool Bounded);
