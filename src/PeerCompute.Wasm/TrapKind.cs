// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>
/// Why a program stopped before its end. The same program under the same options stops the same way everywhere, save <see cref="Cancelled"/>.
/// </summary>
public enum TrapKind
{
    /// <summary>No trap.</summary>
    None,

    /// <summary>The instruction <c>unreachable</c>.</summary>
    Unreachable,

    /// <summary>Integer division or remainder by zero.</summary>
    IntegerDivideByZero,

    /// <summary>Signed division of the smallest integer by -1, or a number too large for its integer type.</summary>
    IntegerOverflow,

    /// <summary>NaN converted to an integer.</summary>
    InvalidConversionToInteger,

    /// <summary>Access behind the end of memory.</summary>
    OutOfBoundsMemoryAccess,

    /// <summary>Access behind the end of a table or segment.</summary>
    OutOfBoundsTableAccess,

    /// <summary>Indirect call behind the end of its table.</summary>
    UndefinedElement,

    /// <summary>Indirect call of a null reference.</summary>
    UninitializedElement,

    /// <summary>Indirect call of a function of another type.</summary>
    IndirectCallTypeMismatch,

    /// <summary>The frames together exceed the frame units granted.</summary>
    CallStackExhausted,

    /// <summary>The fuel granted does not cover the next charge.</summary>
    FuelExhausted,

    /// <summary>The module's memory starts with more pages than granted.</summary>
    MemoryLimitExceeded,

    /// <summary>The host asked the program to stop; where it stopped means nothing.</summary>
    Cancelled,
}
