// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Execution.Benchmarks;

/// <summary>Measures the WebAssembly engine on this host: an endless loop of integer arithmetic and memory access, cut off by its fuel.</summary>
/// <remarks>The loop: x = 1103515245·x + 12345 (the example generator of the C standard), then memory[x mod 64 KiB] ^= x.</remarks>
internal static class FuelKernel
{
    /// <summary>Fuel of one slice: long against the clock's steps, short against the whole.</summary>
    public const long SliceFuel = 1_000_000;

    /// <summary>How long is measured; as long again is run before, for the runtime's own compiler to come to an end.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(100);

    /// <summary>Slices measured at least: on a machine that is busy the first ones find the runtime's own compiler still at work, or no core at all.</summary>
    public const int SlicesLeast = 100;

    /// <summary>Longest measurement, whatever else the machine does.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    // (module (memory (export "memory") 1)
    //   (func (export "_start") (local $x i32) (local $at i32)
    //     (loop
    //       (local.set $at (i32.and (local.tee $x (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345))) (i32.const 0xfffc)))
    //       (i32.store (local.get $at) (i32.xor (i32.load (local.get $at)) (local.get $x)))
    //       (br 0))))
    private static ReadOnlySpan<byte> Module =>
    [
        0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01,
        0x07, 0x13, 0x02, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x06, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0x00, 0x00,
        0x0a, 0x2d, 0x01, 0x2b, 0x01, 0x02, 0x7f, 0x03, 0x40, 0x20, 0x00, 0x41, 0xed, 0x9c, 0x99, 0x8e, 0x04, 0x6c, 0x41, 0xb9, 0xe0, 0x00, 0x6a,
        0x22, 0x00, 0x41, 0xfc, 0xff, 0x03, 0x71, 0x22, 0x01, 0x20, 0x01, 0x28, 0x02, 0x00, 0x20, 0x00, 0x73, 0x36, 0x02, 0x00, 0x0c, 0x00, 0x0b, 0x0b,
    ];

    /// <summary>Measures on the calling thread, for about twice <see cref="Length"/>; longer on a busy machine.</summary>
    /// <returns>Fuel per second of one core: the best slice, since other programs only slow it down.</returns>
    public static long Measure()
    {
        WasmModule module = WasmModule.Parse(Module.ToArray(), WasmLimits.Default);
        long best = long.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int slices = 0; Stopwatch.GetElapsedTime(start) is var spent && (spent < 2 * Length || (slices < SlicesLeast && spent < Longest)); slices++)
        {
            long from = Stopwatch.GetTimestamp();
            Slice(module);
            best = Math.Min(best, Stopwatch.GetTimestamp() - from);
        }

        return (long)(SliceFuel * (Int128)Stopwatch.Frequency / Math.Max(1, best));
    }

    /// <summary>Runs one slice.</summary>
    /// <returns>How it ended: out of fuel.</returns>
    internal static WasiExit Slice() => Slice(WasmModule.Parse(Module.ToArray(), WasmLimits.Default));

    private static WasiExit Slice(WasmModule module)
        => WasiProgram.Run(module, new WasiOptions { Files = new MemoryGuestFiles(0), FuelLimit = SliceFuel, MaxPages = 1, Engine = WasmEngine.Compiler });
}
