// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A thread whose stack suffices for the frame units of every run.</summary>
internal static class FuzzStack
{
    public static long Bytes { get; } = WasmStack.BytesFor(FuzzGrant.Plenty.FrameUnits + 8);

    public static T Run<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            (int)Bytes + (1 << 20));
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
