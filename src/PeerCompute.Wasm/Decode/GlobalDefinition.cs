// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>A global defined by the module.</summary>
internal readonly record struct GlobalDefinition(GlobalType Type, Constant Initial);
