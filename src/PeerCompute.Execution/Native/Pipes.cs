// SPDX-License-Identifier: Apache-2.0
using System.IO.Pipes;

namespace PeerCompute.Execution.Native;

/// <summary>Pipes between the node and what it starts.</summary>
internal static class Pipes
{
    /// <summary>The end that the other process gets; whoever takes it closes it.</summary>
    public static int TakeTheirs(AnonymousPipeServerStream pipe)
    {
        var handle = pipe.ClientSafePipeHandle;
        int descriptor = (int)handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        return descriptor;
    }

    /// <summary>Reads to the end on a thread of its own, since reading a pipe blocks; at most 4096 bytes.</summary>
    public static Task<string> ReadAllAsync(AnonymousPipeServerStream pipe) => Task.Factory.StartNew(
        () =>
        {
            byte[] bytes = new byte[4096];
            int length = pipe.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return System.Text.Encoding.ASCII.GetString(bytes, 0, length);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
