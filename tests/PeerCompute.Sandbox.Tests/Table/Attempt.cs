// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>One attempt to get out: a function of the program in <c>attempts/</c>.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Tries">What it tries, for people.</param>
/// <param name="Wasm">The wall that stops it in the child of a WebAssembly job behind every wall, played by a broken-out engine.</param>
/// <param name="Native">The wall that stops it in a native program.</param>
internal sealed record Attempt(string Name, string Tries, Wall Wasm, Wall Native)
{
    /// <summary>Grows something until it is refused; on its own in a child, which may die of it.</summary>
    public bool Bomb { get; init; }

    /// <summary>Leaves something for the node: that it could be left is no escape yet; what the node makes of it is looked at from outside.</summary>
    public bool Plants { get; init; }

    /// <summary>The wall that stops it where a child has no namespaces and no root of its own.</summary>
    public Wall Seccomp { get; init; }

    /// <summary>The wall that stops it where a child has no filter of system calls either.</summary>
    public Wall Process { get; init; }

    /// <summary>The wall that stops it in a child of a class.</summary>
    public Wall In(Child child) => child switch
    {
        Child.WasmStrict => Wasm,
        Child.WasmSeccomp => Seccomp,
        Child.WasmProcess => Process,
        _ => Native,
    };
}
