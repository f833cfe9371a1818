// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Sandbox;

/// <summary>How children are started.</summary>
public sealed record SandboxOptions
{
    /// <summary>The program that becomes the child; null: the running program.</summary>
    public SandboxCommand? Command { get; init; }

    /// <summary>Folders in which <c>bwrap</c> is looked for, separated by colons; null: the PATH of this process.</summary>
    public string? SearchPath { get; init; }

    /// <summary>The weakest isolation that may run anything; where the host offers less, every lease is refused.</summary>
    public IsolationClass MinimumIsolation { get; init; } = IsolationClass.WasmProcess;

    /// <summary>The same for native programs.</summary>
    public NativeIsolation MinimumNativeIsolation { get; init; } = NativeIsolation.Degraded;

    /// <summary>How long a child may take to start and to load a module before it counts as a fault of the host.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
