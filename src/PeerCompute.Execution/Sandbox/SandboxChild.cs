// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Sandbox;

/// <summary>The hidden verb: what this executable does when it is the sandboxed child of a node. It speaks frames on descriptors 0 and 1.</summary>
public static class SandboxChild
{
    private const long TrialFileBytes = 1 << 20;

    /// <summary>Serves one lease, then ends. Call it first thing in Main: every child starts through it.</summary>
    /// <param name="args">The arguments after the verb.</param>
    /// <returns>Exit code: 0 when the node closed the connection, 71 when a wall could not be built, 64 on other arguments.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        if (args is not ([] or [SandboxProbe.Trial])) return 64;
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        try
        {
            if (args is [SandboxProbe.Trial])
            {
                bool filtered = Lockdown.Apply(TrialFileBytes, parent: 0);
                Frames.Write(output, FrameKind.Walls, WallTrial.Run(filtered).Encode());
                return 0;
            }

            return 0;
        }
        catch (InvalidOperationException refused)
        {
            Console.Error.WriteLine(refused.Message);
            return 71;
        }
    }
}
