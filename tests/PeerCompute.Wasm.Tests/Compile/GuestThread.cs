// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Runs something on a thread whose stack suffices for compiled programs.</summary>
internal static class GuestThread
{
    public const int Stack = 64 << 20;

    /// <summary>What a store is told: the thread itself has taken some of its stack.</summary>
    public const long StackBytes = Stack - (256 << 10);

    public static T Run<T>(Func<T> action, int stack = Stack)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, stack);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
