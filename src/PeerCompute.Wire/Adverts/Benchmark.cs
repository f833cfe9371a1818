// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>One figure that the node measured on itself.</summary>
/// <param name="Name">What was measured, printable ASCII.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit, printable ASCII.</param>
/// <param name="MeasuredMs">When, Unix milliseconds.</param>
public sealed record Benchmark(string Name, ulong Value, string Unit, ulong MeasuredMs)
{
    /// <summary>Speed of the WebAssembly engine in fuel per second of one core (docs/wasm.md).</summary>
    public const string WasmFuel = "wasm-fuel";

    /// <summary>Unit of <see cref="WasmFuel"/>.</summary>
    public const string FuelPerSecond = "fuel/s";

    /// <summary>Products of matrices in single precision on the device that runs GPU programs (docs/gpu.md), operations per second.</summary>
    public const string GpuProduct = "gpu-product-f32";

    /// <summary>Unit of <see cref="GpuProduct"/>.</summary>
    public const string FlopPerSecond = "flop/s";

    /// <summary>What the memory of that device moves in the triad of STREAM (docs/gpu.md), bytes per second.</summary>
    public const string GpuTriad = "gpu-triad";

    /// <summary>Copies from that device to the host (docs/gpu.md), bytes per second.</summary>
    public const string GpuLinkFrom = "gpu-link-from";

    /// <summary>Copies from the host to that device (docs/gpu.md), bytes per second.</summary>
    public const string GpuLinkTo = "gpu-link-to";

    /// <summary>What one core moves in a copy of the host's memory, read and written, bytes per second.</summary>
    public const string HostCopy = "host-copy";

    /// <summary>Unit of <see cref="GpuTriad"/>, of the copies and of <see cref="HostCopy"/>.</summary>
    public const string BytePerSecond = "byte/s";

    internal V1.Benchmark ToProto() => new() { Name = Name, Value = Value, Unit = Unit, MeasuredMs = MeasuredMs };

    internal static Benchmark From(V1.Benchmark m, string field) => new(
        Canonical.Label(m.Name, WireLimits.LabelBytes, field + ".name"),
        Canonical.Within(m.Value, 0, long.MaxValue, field + ".value"),
        Canonical.Label(m.Unit, WireLimits.LabelBytes, field + ".unit"),
        Canonical.Within(m.MeasuredMs, 1, long.MaxValue, field + ".measured_ms"));
}
