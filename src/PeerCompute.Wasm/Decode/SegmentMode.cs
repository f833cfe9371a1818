// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>When a segment is used.</summary>
internal enum SegmentMode : byte
{
    Active,
    Passive,
    Declarative,
}
