// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>
/// Takes what the program writes to a stream. One that sets the program's <see cref="WasmCancellation"/> stops it in the very call that wrote.
/// </summary>
/// <param name="bytes">Valid during the call only.</param>
public delegate void WasiSink(ReadOnlySpan<byte> bytes);
