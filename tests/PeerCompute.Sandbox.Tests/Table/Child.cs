// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>The kinds of children, by what the host gives them.</summary>
internal enum Child
{
    /// <summary>Of a WebAssembly job, behind every wall.</summary>
    WasmStrict = 0,

    /// <summary>Of a WebAssembly job, on a host that lacks namespaces.</summary>
    WasmSeccomp = 1,

    /// <summary>Of a WebAssembly job, on a host that lacks filters of system calls.</summary>
    WasmProcess = 2,

    /// <summary>A native program.</summary>
    Native = 3,
}
