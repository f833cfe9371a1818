// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>Why a module was refused.</summary>
public enum WasmFault
{
    /// <summary>The bytes are no module of the binary format (WebAssembly 2.0, chapter 5).</summary>
    Malformed,

    /// <summary>The module breaks a validation rule (WebAssembly 2.0, chapter 3).</summary>
    Invalid,

    /// <summary>The module is larger than a bound of <see cref="WasmLimits"/>; the reason names the bound.</summary>
    OverLimit,

    /// <summary>The module uses a feature that this engine refuses by name (SIMD, threads, ...).</summary>
    Unsupported,

    /// <summary>An import is unknown here or has another type.</summary>
    Unlinkable,
}
