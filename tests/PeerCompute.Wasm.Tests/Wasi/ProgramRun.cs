// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>What a program answered, in the engine or outside of it.</summary>
internal sealed record ProgramRun(int ExitCode, byte[] Output, byte[] Errors)
{
    /// <summary>How the engine says it ended; null outside of it.</summary>
    public WasiExit? Exit { get; init; }

    public string Text => Encoding.UTF8.GetString(Output);

    public string ErrorText => Encoding.UTF8.GetString(Errors);
}
