// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>
/// The machine's stack under <see cref="WasmEngine.Compiler"/>. Depth is the guest's matter and counted in frame units (docs/wasm.md section 4); the
/// thread's stack only has to be large enough that the count is reached first. Where it is not, the program ends with an
/// <see cref="InsufficientExecutionStackException"/>: the host's fault, no result.
/// </summary>
public static class WasmStack
{
    /// <summary>
    /// Bytes of stack for one frame unit. Measured (docs/wasm.md section 8): the smallest frame has 8 units and 80 to 112 bytes, more values only
    /// lower the ratio.
    /// </summary>
    private const long BytesPerUnit = 24;

    /// <summary>Room below every frame: the largest frame of one function, the host's functions, the runtime's compiler, the unwinding of a trap.</summary>
    internal const long Reserve = 1 << 20;

    /// <summary>What is taken for granted where the caller says nothing: less than any thread has by default.</summary>
    internal const long Assumed = (1 << 20) + (256 << 10);

    /// <summary>Bytes of stack that a thread needs to run programs of so many frame units; address space, touched as far as used only.</summary>
    /// <param name="frameUnits">As <c>WasiOptions.MaxFrameUnits</c>.</param>
    public static long BytesFor(int frameUnits) => (frameUnits * BytesPerUnit) + (2 * Reserve);
}
