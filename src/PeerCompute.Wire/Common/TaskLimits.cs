// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>Bounds on one task.</summary>
/// <param name="MemoryBytes">Linear memory, 64 KiB to 4 GiB.</param>
/// <param name="Fuel">WebAssembly instructions as docs/wasm.md counts them.</param>
/// <param name="WallMs">Wall time in milliseconds.</param>
/// <param name="OutputBytes">Files and standard output together.</param>
public sealed record TaskLimits(ulong MemoryBytes, ulong Fuel, ulong WallMs, ulong OutputBytes)
{
    internal V1.TaskLimits ToProto() => new() { MemoryBytes = MemoryBytes, Fuel = Fuel, WallMs = WallMs, OutputBytes = OutputBytes };

    internal static TaskLimits From(V1.TaskLimits? m)
    {
        Canonical.Present(m, "limits");
        return new TaskLimits(
            Canonical.Within(m!.MemoryBytes, 1 << 16, WireLimits.MemoryBytes, "limits.memory_bytes"),
            Canonical.Within(m.Fuel, 1, WireLimits.Fuel, "limits.fuel"),
            Canonical.Within(m.WallMs, 1, WireLimits.WallMs, "limits.wall_ms"),
            Canonical.Within(m.OutputBytes, 1, WireLimits.OutputBytes, "limits.output_bytes"));
    }
}
