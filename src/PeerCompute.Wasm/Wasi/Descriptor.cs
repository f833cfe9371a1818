// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>An open file, folder or stream of the program.</summary>
internal sealed class Descriptor
{
    /// <summary>Path of a file or folder.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>A file's content; null for folders and streams.</summary>
    public IGuestFile? File { get; init; }

    /// <summary>0 to 2 for standard input, output and error.</summary>
    public int Stream { get; init; } = -1;

    public bool IsFolder { get; init; }

    public bool CanRead { get; init; }

    public bool CanWrite { get; init; }

    /// <summary>Given by the host: has a prestat, cannot be closed.</summary>
    public bool Preopened { get; init; }

    public bool Append { get; set; }

    public long Position { get; set; }

    /// <summary>A folder's entries as they were when the program read from the start.</summary>
    public List<GuestEntry>? Listing { get; set; }

    /// <summary>File type number of preview 1; streams are of unknown type, like pipes.</summary>
    public byte Type => File is not null ? (byte)GuestKind.File : IsFolder ? (byte)GuestKind.Folder : (byte)0;
}
