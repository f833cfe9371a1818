// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>This process.</summary>
public static unsafe class OwnProcess
{
    /// <summary>
    /// Puts another program in the place of this one (execve(2)): same process id, same descriptors 0 to 2. Does not return where it succeeds. Linux only.
    /// </summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <param name="environment">The whole environment: each NAME=value and a zero byte behind it. Values need not be text.</param>
    /// <returns>The error number.</returns>
    public static int Become(IReadOnlyList<string> arguments, ReadOnlySpan<byte> environment)
    {
        byte** argv = ChildProcess.Strings(arguments);
        byte** envp = (byte**)NativeMemory.AllocZeroed((nuint)(environment.Count((byte)0) + 1), (nuint)sizeof(byte*));
        fixed (byte* block = environment)
        {
            var (entry, begin) = (0, 0);
            for (var i = 0; i < environment.Length; i++)
            {
                if (environment[i] != 0) continue;
                envp[entry++] = block + begin;
                begin = i + 1;
            }

            _ = Libc.Execute(argv[0], argv, envp);
        }

        var error = Marshal.GetLastPInvokeError();
        ChildProcess.Free(argv);
        NativeMemory.Free(envp);
        return error;
    }
}
