// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>Unwinds from <c>proc_exit</c>.</summary>
internal sealed class ProgramExit(int code) : Exception
{
    public int Code { get; } = code;
}
