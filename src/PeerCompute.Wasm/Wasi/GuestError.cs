// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>What a file operation may answer; the numbers are those of WASI preview 1, so that they reach the program unchanged.</summary>
public enum GuestError
{
    /// <summary>Done.</summary>
    None = 0,

    /// <summary>The file or folder may not be changed.</summary>
    Access = 2,

    /// <summary>Something of that name exists.</summary>
    Exists = 20,

    /// <summary>An argument makes no sense.</summary>
    Invalid = 28,

    /// <summary>A folder where a file is needed.</summary>
    IsFolder = 31,

    /// <summary>The name or path is too long.</summary>
    NameTooLong = 37,

    /// <summary>Nothing of that name exists.</summary>
    NotFound = 44,

    /// <summary>The bytes or entries granted are used up.</summary>
    NoSpace = 51,

    /// <summary>A file where a folder is needed.</summary>
    NotFolder = 54,

    /// <summary>The folder is not empty.</summary>
    NotEmpty = 55,

    /// <summary>Not offered (links, devices).</summary>
    NotSupported = 58,

    /// <summary>The path leads out of the folder that the program was given.</summary>
    NotCapable = 76,
}
