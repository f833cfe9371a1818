// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Initial bytes of a memory: a range of the module.</summary>
internal sealed record DataSegment(SegmentMode Mode, int Memory, Constant Start, int Offset, int Length);
