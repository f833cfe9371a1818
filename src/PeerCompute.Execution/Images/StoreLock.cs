// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images;

/// <summary>The right to change a store of images: one process at a time has it.</summary>
internal static class StoreLock
{
    private const int WouldBlock = 11; // EAGAIN, errno.h

    /// <summary>Takes it.</summary>
    /// <param name="folder">The store.</param>
    /// <returns>To be disposed of at the end.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>: another process has it.</exception>
    public static FileStream Take(string folder) => Take(folder, "lock");

    /// <summary>Takes the right to change one file of it, which is never held for long.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="name">What the lock is called.</param>
    /// <returns>To be disposed of at the end.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>: another process has it.</exception>
    public static FileStream Take(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when ((held.HResult & 0xFFFF) == WouldBlock || held.HResult == unchecked((int)0x80070020))
        {
            throw new PeerComputeException(ErrorCode.Refused, $"{folder}: another import or removal is at work: wait for its end", held);
        }
    }
}
