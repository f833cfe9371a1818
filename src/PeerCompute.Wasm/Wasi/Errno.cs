// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>Error numbers of WASI preview 1 that the engine itself answers; those of files are <see cref="GuestError"/>.</summary>
internal static class Errno
{
    public const int Success = 0;
    public const int BadDescriptor = 8;
    public const int FileTooBig = 22;
    public const int IllegalBytes = 25;
    public const int Invalid = 28;
    public const int IsFolder = 31;
    public const int TooManyFiles = 33;
    public const int NameTooLong = 37;
    public const int NoEntry = 44;
    public const int NoSpace = 51;
    public const int NotFolder = 54;
    public const int NotSupported = 58;
    public const int IllegalSeek = 70;
    public const int NotCapable = 76;
}
