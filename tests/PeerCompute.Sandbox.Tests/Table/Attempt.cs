// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>One attempt to get out: a function of the program in <c>attempts/</c>.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Tries">What it tries, for people.</param>
/// <param name="Wasm">The wall that stops it in the child of a WebAssembly job, played by a broken-out engine.</param>
/// <param name="Native">The wall that stops it in a native program.</param>
internal sealed record Attempt(string Name, string Tries, Wall Wasm, Wall Native)
{
    /// <summary>Grows something until it is refused; on its own in a child, which may die of it.</summary>
    public bool Bomb { get; init; }

    /// <summary>Leaves something for the node: that it could be left is no escape yet; what the node makes of it is looked at from outside.</summary>
    public bool Plants { get; init; }
}
