// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Runtime;

/// <summary>The names of traps (docs/wasm.md).</summary>
internal static class Traps
{
    public static string NameOf(TrapKind kind) => kind switch
    {
        TrapKind.Unreachable => "unreachable",
        TrapKind.IntegerDivideByZero => "integer divide by zero",
        TrapKind.IntegerOverflow => "integer overflow",
        TrapKind.InvalidConversionToInteger => "invalid conversion to integer",
        TrapKind.OutOfBoundsMemoryAccess => "out of bounds memory access",
        TrapKind.OutOfBoundsTableAccess => "out of bounds table access",
        TrapKind.UndefinedElement => "undefined element",
        TrapKind.UninitializedElement => "uninitialized element",
        TrapKind.IndirectCallTypeMismatch => "indirect call type mismatch",
        TrapKind.CallStackExhausted => "call stack exhausted",
        TrapKind.FuelExhausted => "fuel exhausted",
        TrapKind.MemoryLimitExceeded => "memory limit exceeded",
        TrapKind.Cancelled => "cancelled",
        _ => "none",
    };
}
