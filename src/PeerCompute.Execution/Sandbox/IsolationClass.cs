// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sandbox;

/// <summary>How strongly this host walls in a WebAssembly program, weakest first; found by trying, advertised as it is.</summary>
public enum IsolationClass
{
    /// <summary>No child could be started: nothing runs here.</summary>
    None = 0,

    /// <summary>A process of its own with resource limits; the interpreter is the only other wall.</summary>
    WasmProcess = 1,

    /// <summary>As <see cref="WasmProcess"/>, and a system-call filter: no sockets, no new processes, no signals to others.</summary>
    WasmSeccomp = 2,

    /// <summary>As <see cref="WasmSeccomp"/>, and namespaces: no network, a private root without the host's files, no other process in sight.</summary>
    WasmStrict = 3,
}
