// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Initial references of a table.</summary>
internal sealed record ElementSegment(SegmentMode Mode, int Table, Constant Start, WasmType Type, Constant[] Items, int Offset);
