// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;

namespace PeerCompute.Node.Homes;

/// <summary>Files of the node's own, readable by nobody else, and errors of the disk in words.</summary>
internal static class Disk
{
    /// <summary>How the names of files end that a crash may leave half written.</summary>
    public const string Unfinished = ".new";

    private const int NoSpaceLinux = 28;
    private const int QuotaLinux = 122;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file that must not be there.</summary>
    public static FileStream Create(string path) => new(path, Options(FileMode.CreateNew));

    /// <summary>Makes a folder, where it is not there, that only its owner may enter.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a file, made where it is not there, for reading and writing anywhere in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Room on the disk that a new file takes at once.</param>
    public static SafeFileHandle Random(string path, long bytes)
    {
        const FileShare Readers = FileShare.Read;
        if (File.Exists(path)) return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Readers);
        var options = Options(FileMode.CreateNew);
        options.PreallocationSize = bytes;
        new FileStream(path, options).Dispose();
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Readers);
    }

    /// <summary>Puts a small file in place of whatever is there: flushed before it bears its name.</summary>
    /// <exception cref="PeerComputeException">The disk fails.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}{Unfinished}";
        try
        {
            using (var file = Create(temporary))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Cause(path, e);
        }
    }

    /// <summary>Makes names in a folder survive a power cut.</summary>
    public static void FlushFolder(string folder) => Base.Linux.FolderSync.Flush(folder);

    /// <summary>Runs file work and turns its errors into words.</summary>
    public static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Cause(path, e);
        }
    }

    /// <summary>Runs file work and turns its errors into words.</summary>
    public static async Task<T> GuardAsync<T>(string path, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Cause(path, e);
        }
    }

    /// <summary>An error of the disk with its remedy.</summary>
    public static PeerComputeException Cause(string path, Exception e) => e switch
    {
        IOException when (e.HResult & 0xFFFF) is NoSpaceLinux or QuotaLinux || e.HResult == unchecked((int)0x80070070)
            => new PeerComputeException(ErrorCode.Host, $"{path}: the disk is full: free some space.", e),
        UnauthorizedAccessException => new PeerComputeException(ErrorCode.Home, $"{path} may not be written: give the home to the user that runs the node.", e),
        _ => new PeerComputeException(ErrorCode.Host, $"{path} cannot be read or written ({e.Message}): check the disk.", e),
    };

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
