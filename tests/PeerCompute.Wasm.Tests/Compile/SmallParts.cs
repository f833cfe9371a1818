// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Compile;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Splitting of functions that need none.</summary>
internal static class SmallParts
{
    /// <summary>Whatever can be moved out of a function is moved, in regions of at most so many bytes of intermediate language.</summary>
    public static SplitSizes Of(int bytes)
    {
        const int most = int.MaxValue;
        return new SplitSizes(default, new MethodSize(bytes, most, most, most, most), 0) { MeasuredBytes = 0 };
    }
}
