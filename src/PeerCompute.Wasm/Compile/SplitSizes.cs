// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>Which functions are split into several methods, and how large these become.</summary>
/// <param name="Whole">Larger functions are split.</param>
/// <param name="Part">No region is larger; regions are moved out until what remains is no larger either.</param>
/// <param name="Least">Bytes of intermediate language below which a region is not worth its call.</param>
internal sealed record SplitSizes(MethodSize Whole, MethodSize Part, int Least)
{
    /// <summary>
    /// Methods above any of these are not optimised (.NET 10, <c>clr/src/jit/compiler.h</c>: <c>DEFAULT_MIN_OPTS_CODE_SIZE</c>, <c>_INSTR_COUNT</c>,
    /// <c>_BB_COUNT</c>, <c>_LV_NUM_COUNT</c>, <c>_LV_REF_COUNT</c>).
    /// </summary>
    public static readonly MethodSize Optimised = new(60_000, 20_000, 2_000, 2_000, 8_000);

    /// <summary>Parts are a quarter as large: copies of code out of the way are not counted in a region, and come on top.</summary>
    public static readonly SplitSizes Default = new(Optimised, new MethodSize(15_000, 5_000, 500, 500, 2_000), 300);

    /// <summary>
    /// Bodies of fewer bytes are not measured: to be over <see cref="Optimised"/> each would have to make ten of intermediate language, where SQLite's make
    /// at most seven.
    /// </summary>
    public int MeasuredBytes { get; init; } = 6 << 10;
}
