// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images.Tar;

/// <summary>One entry of an archive, as its headers say.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, as written.</param>
/// <param name="Target">Where a link points.</param>
/// <param name="Size">Bytes of a file's content; 0 for all else.</param>
/// <param name="Mode">Permission bits, set-id bits included.</param>
/// <param name="Modified">Seconds since 1970, 0 or more.</param>
internal sealed record TarEntry(TarKind Kind, string Name, string Target, long Size, int Mode, long Modified)
{
    /// <summary>Whether it asks for the rights of its owner or group (S_ISUID, S_ISGID), which it does not get.</summary>
    public bool HasSetId => (Mode & 0xC00) != 0;

    /// <summary>Whether anybody may execute it.</summary>
    public bool IsExecutable => (Mode & 0x49) != 0;
}
