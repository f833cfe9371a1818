// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>How a file is opened.</summary>
[Flags]
public enum GuestOpen
{
    /// <summary>For reading only.</summary>
    Read = 0,

    /// <summary>For writing (and reading).</summary>
    Write = 1,

    /// <summary>Makes the file where there is none; needs <see cref="Write"/>.</summary>
    Create = 2,

    /// <summary>With <see cref="Create"/>: refuses what exists.</summary>
    New = 4,

    /// <summary>Empties the file; needs <see cref="Write"/>.</summary>
    Truncate = 8,
}
