// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A numeric instruction and its type (WebAssembly 2.0, section 5.4.7).</summary>
/// <param name="Code">Its bytes.</param>
/// <param name="Params">What it takes.</param>
/// <param name="Result">What it leaves.</param>
/// <param name="MayMakeNaN">Whether docs/wasm.md section 2 makes its NaNs canonical, so that other engines may answer other bits.</param>
/// <param name="MayTrap">Whether some operands trap.</param>
internal sealed record Operator(byte[] Code, WasmType[] Params, WasmType Result, bool MayMakeNaN = false, bool MayTrap = false)
{
    private const WasmType I = WasmType.I32, L = WasmType.I64, F = WasmType.F32, D = WasmType.F64;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Operator> All { get; } = [.. Tests(), .. Arithmetic(), .. Conversions()];

    /// <summary>Those that leave a type, for each number type.</summary>
    public static ILookup<WasmType, Operator> ByResult { get; } = All.ToLookup(o => o.Result);

    private static IEnumerable<Operator> Range(int first, int last, WasmType result, params WasmType[] from)
    {
        for (var code = first; code <= last; code++) yield return new Operator([(byte)code], from, result);
    }

    private static IEnumerable<Operator> Tests() =>
    [
        .. Range(0x45, 0x45, I, I), .. Range(0x46, 0x4F, I, I, I), .. Range(0x50, 0x50, I, L), .. Range(0x51, 0x5A, I, L, L),
        .. Range(0x5B, 0x60, I, F, F), .. Range(0x61, 0x66, I, D, D),
    ];

    private static IEnumerable<Operator> Arithmetic() =>
    [
        .. Range(0x67, 0x69, I, I), .. Range(0x6A, 0x6C, I, I, I), .. Range(0x6D, 0x70, I, I, I).Select(Trapping), .. Range(0x71, 0x78, I, I, I),
        .. Range(0x79, 0x7B, L, L), .. Range(0x7C, 0x7E, L, L, L), .. Range(0x7F, 0x82, L, L, L).Select(Trapping), .. Range(0x83, 0x8A, L, L, L),
        .. Range(0x8B, 0x8C, F, F), .. Range(0x8D, 0x91, F, F).Select(Canonical), .. Range(0x92, 0x97, F, F, F).Select(Canonical),
        .. Range(0x98, 0x98, F, F, F),
        .. Range(0x99, 0x9A, D, D), .. Range(0x9B, 0x9F, D, D).Select(Canonical), .. Range(0xA0, 0xA5, D, D, D).Select(Canonical),
        .. Range(0xA6, 0xA6, D, D, D),
    ];

    private static IEnumerable<Operator> Conversions() =>
    [
        .. Range(0xA7, 0xA7, I, L), .. Range(0xA8, 0xA9, I, F).Select(Trapping), .. Range(0xAA, 0xAB, I, D).Select(Trapping), .. Range(0xAC, 0xAD, L, I),
        .. Range(0xAE, 0xAF, L, F).Select(Trapping), .. Range(0xB0, 0xB1, L, D).Select(Trapping), .. Range(0xB2, 0xB3, F, I), .. Range(0xB4, 0xB5, F, L),
        .. Range(0xB6, 0xB6, F, D).Select(Canonical), .. Range(0xB7, 0xB8, D, I), .. Range(0xB9, 0xBA, D, L), .. Range(0xBB, 0xBB, D, F).Select(Canonical),
        .. Range(0xBC, 0xBC, I, F), .. Range(0xBD, 0xBD, L, D), .. Range(0xBE, 0xBE, F, I), .. Range(0xBF, 0xBF, D, L),
        .. Range(0xC0, 0xC1, I, I), .. Range(0xC2, 0xC4, L, L),
        .. Saturating(0, I, F), .. Saturating(2, I, D), .. Saturating(4, L, F), .. Saturating(6, L, D),
    ];

    private static IEnumerable<Operator> Saturating(byte first, WasmType result, WasmType from) =>
        [new([0xFC, first], [from], result), new([0xFC, (byte)(first + 1)], [from], result)];

    private static Operator Canonical(Operator op) => op with { MayMakeNaN = true };

    private static Operator Trapping(Operator op) => op with { MayTrap = true };
}
