// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>What a run is granted.</summary>
/// <param name="Fuel">Units for the start function and all calls together.</param>
/// <param name="FrameUnits">Frame units (docs/wasm.md section 4).</param>
/// <param name="MaxPages">Pages of memory.</param>
internal sealed record FuzzGrant(long Fuel, int FrameUnits, int MaxPages = (int)ModuleGenerator.MaxPages)
{
    /// <summary>What modules get that have no bound of their own.</summary>
    private const long UnboundedFuel = 20_000;

    /// <summary>More than a bounded module needs.</summary>
    public static FuzzGrant Plenty { get; } = new(1L << 40, 1 << 17);

    /// <summary>Plenty for a case, if it ends by itself.</summary>
    public static FuzzGrant Of(FuzzCase fuzz) => fuzz.Bounded ? Plenty : Plenty with { Fuel = UnboundedFuel };
}
