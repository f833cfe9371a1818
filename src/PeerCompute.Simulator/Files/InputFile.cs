// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;

namespace PeerCompute.Simulator.Files;

/// <summary>Reads files that a person or a scenario names: a pipe keeps nobody waiting, a device is not read, and none is larger than its bound.</summary>
internal static class InputFile
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Its path; a link is followed.</param>
    /// <param name="most">Most bytes.</param>
    /// <param name="missing">What to say where there is no such file, with the remedy.</param>
    /// <exception cref="PeerComputeException">It is not there, no regular file, larger, or may not be read.</exception>
    public static byte[] Read(string path, long most, string missing)
    {
        try
        {
            using var handle = Open(path, missing);
            var length = RandomAccess.GetLength(handle);
            if (length > most) throw new PeerComputeException(ErrorCode.LimitExceeded, $"{path} has {length} bytes, at most {most} are read.");
            return Head(handle, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The first bytes of a file; null where it cannot be read.</summary>
    public static byte[]? Head(string path, int most)
    {
        try
        {
            using var handle = Open(path, "");
            return Head(handle, Math.Min(most, RandomAccess.GetLength(handle)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PeerComputeException)
        {
            return null;
        }
    }

    private static SafeFileHandle Open(string path, string missing)
    {
        if (path.Contains('\0') || !File.Exists(path)) throw new PeerComputeException(ErrorCode.NotFound, missing);
        if (!RegularFile.IsOffered) return File.OpenHandle(path);
        var handle = new SafeFileHandle(RegularFile.Open(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path), ownsHandle: true);
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        throw new PeerComputeException(ErrorCode.BadInput, $"{path} is a pipe, a device, or may not be read: name a regular file of yours.");
    }

    private static byte[] Head(SafeFileHandle handle, long length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is var more and > 0) read += more;
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
