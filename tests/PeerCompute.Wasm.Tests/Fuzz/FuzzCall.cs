// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A call from outside.</summary>
/// <param name="Name">The export.</param>
/// <param name="Type">Its type.</param>
/// <param name="Arguments">Bits of numbers; a function's handle (its index and one) or 0; any small number for an external reference.</param>
internal sealed record FuzzCall(string Name, FuncType Type, ulong[] Arguments);
