// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>What the generator may use.</summary>
/// <param name="Bounded">
/// Whether modules end by themselves: each call and each turn of a loop takes a step of global 0 and stops where none is left. Otherwise fuel ends them.
/// </param>
/// <param name="OwnNaN">Whether modules make their NaNs canonical themselves, because the engine compared with does not.</param>
internal sealed record FuzzOptions(bool Bounded, bool OwnNaN)
{
    /// <summary>Steps that a bounded module has at each call from outside.</summary>
    public const int Steps = 200;

    /// <summary>What V8 can be compared on.</summary>
    public static FuzzOptions Foreign { get; } = new(true, true);
}
