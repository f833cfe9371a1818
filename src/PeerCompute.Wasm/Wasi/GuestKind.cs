// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>What a name stands for; the numbers are those of WASI preview 1. There is nothing else: no links, no devices.</summary>
public enum GuestKind
{
    /// <summary>A folder.</summary>
    Folder = 3,

    /// <summary>A file.</summary>
    File = 4,
}
