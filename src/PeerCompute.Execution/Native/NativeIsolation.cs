// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Native;

/// <summary>How strongly this host walls in a native program, weakest first; found by trying.</summary>
public enum NativeIsolation
{
    /// <summary>A wall is missing without which no native program runs: namespaces, a private root, no capability, no network.</summary>
    None = 0,

    /// <summary>Those walls hold, but the filter of system calls, or a bound of memory or processes in the kernel, or the node is root.</summary>
    Degraded = 1,

    /// <summary>Every wall holds.</summary>
    Strict = 2,
}
