// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>A function defined by the module: its type, declared locals, and the range of its instructions.</summary>
internal sealed record FunctionBody(int TypeIndex, LocalGroup[] Locals, int LocalCount, int Start, int End);
