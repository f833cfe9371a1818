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
    /// <param name="environment">The whole environment, as NAME=value.</param>
    /// <returns>The error number.</returns>
    public static int Become(IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        byte** argv = ChildProcess.Strings(arguments), envp = ChildProcess.Strings(environment);
        _ = Libc.Execute(argv[0], argv, envp);
        var error = Marshal.GetLastPInvokeError();
        ChildProcess.Free(argv);
        ChildProcess.Free(envp);
        return error;
    }
}
