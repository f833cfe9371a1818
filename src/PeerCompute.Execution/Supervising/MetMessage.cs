// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Wasm;

namespace PeerCompute.Execution.Supervising;

/// <summary>Who a supervisor is and what it holds.</summary>
/// <param name="Build">Its build, as <see cref="ThisBuild"/> tells it.</param>
/// <param name="Held">Its runs.</param>
internal sealed record MetMessage(string Build, IReadOnlyList<HeldRun> Held)
{
    /// <summary>This program's build: of everything that node, supervisor and child share. Another build's supervisor is ended, never guessed at.</summary>
    public static string ThisBuild { get; } = string.Join('-', new[] { typeof(MetMessage), typeof(WasmModule), typeof(ProtoReader) }
        .Select(type => type.Module.ModuleVersionId.ToString("n")));
}

/// <summary>A run that a supervisor holds.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Folder">Everything of it lies there.</param>
internal sealed record HeldRun(string Key, string Folder);
