// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>Takes what the program writes to a stream.</summary>
/// <param name="bytes">Valid during the call only.</param>
public delegate void WasiSink(ReadOnlySpan<byte> bytes);
