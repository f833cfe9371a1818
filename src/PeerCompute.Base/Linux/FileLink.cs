// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace PeerCompute.Base.Linux;

/// <summary>Hard links, which .NET does not offer.</summary>
internal static unsafe class FileLink
{
    private const nint Link = 86; // asm/unistd_64.h

    /// <summary>Gives a file a second name (link(2)); a link that has the first name is not followed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The new name, of the same file system.</param>
    /// <returns>False where the file system, the number of names it allows, or the machine does not let it.</returns>
    /// <exception cref="IOException">Something has that name.</exception>
    public static bool TryMake(string file, string path)
    {
        const int Exists = 17; // EEXIST
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return false;
        fixed (byte* from = Encoding.UTF8.GetBytes(file + "\0"), to = Encoding.UTF8.GetBytes(path + "\0"))
        {
            if (Libc.SystemCall(Link, (nuint)from, (nuint)to, 0) == 0) return true;
        }

        return Marshal.GetLastPInvokeError() == Exists ? throw new IOException($"'{path}' exists") : false;
    }
}
