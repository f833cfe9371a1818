// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sandbox;

/// <summary>The files of the host that one child works with.</summary>
/// <param name="Module">The WebAssembly module; only read.</param>
/// <param name="Inputs">The input files, in order; only read.</param>
/// <param name="Outputs">The folder that the child may write in, behind bubblewrap one in memory instead; null: none.</param>
internal sealed record SandboxPaths(string? Module, IReadOnlyList<string> Inputs, string? Outputs)
{
    /// <summary>Size of the folder for outputs, bytes, where it lies in memory: behind bubblewrap.</summary>
    public long OutputBytes { get; init; }

    /// <summary>No file at all: for the probe.</summary>
    public static SandboxPaths None { get; } = new(null, [], null);
}
