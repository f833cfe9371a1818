// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>One capability by which nodes are found: an attribute and a class of it. Ladders are cumulative: who has 24 is also in 8 and 16.</summary>
/// <param name="Attribute">For example <c>gpu.vram</c>.</param>
/// <param name="Class">For example <c>24</c>.</param>
public readonly record struct Bucket(string Attribute, string Class)
{
    /// <summary>A runtime.</summary>
    /// <param name="id">Runtime id.</param>
    /// <returns>The bucket.</returns>
    public static Bucket Runtime(string id) => new("rt", id);

    /// <summary>A region.</summary>
    /// <param name="number">UN M49 number.</param>
    /// <returns>The bucket.</returns>
    public static Bucket Region(uint number) => new("region", Text(number));

    /// <summary>A device of a kind, however small.</summary>
    /// <param name="kind">GPU or accelerator.</param>
    /// <returns>The bucket.</returns>
    public static Bucket Device(DeviceKind kind) => new("dev", kind == DeviceKind.Gpu ? "gpu" : "accelerator");

    /// <summary>A GPU with so much memory.</summary>
    /// <param name="gigabytes">A step of <see cref="Ladders.GpuGigabytes"/>.</param>
    /// <returns>The bucket.</returns>
    public static Bucket GpuMemory(ulong gigabytes) => new("gpu.vram", Text(gigabytes));

    /// <summary>A node with so many cores.</summary>
    /// <param name="cores">A step of <see cref="Ladders.Cores"/>.</param>
    /// <returns>The bucket.</returns>
    public static Bucket Cores(ulong cores) => new("cpu.cores", Text(cores));

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
