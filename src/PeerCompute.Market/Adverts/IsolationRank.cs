// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Adverts;

/// <summary>The order of isolation classes (docs/sandbox.md). A class that is not known is as good as none.</summary>
public static class IsolationRank
{
    private static readonly string[] Names = ["none", "wasm-process", "wasm-seccomp", "wasm-strict"];

    /// <summary>Classes that are known; ranks are 0 to one less.</summary>
    public static int Count => Names.Length;

    /// <summary>How strong a class is.</summary>
    /// <param name="name">The class as adverts name it.</param>
    /// <returns>0 for none and for unknown names, more for stronger.</returns>
    public static uint Of(string name) => (uint)Math.Max(0, Array.IndexOf(Names, name));

    /// <summary>The rank that a need asks for.</summary>
    /// <param name="name">The class needed at least; empty: any.</param>
    /// <returns>A rank that no node has where the name is not known: what cannot be judged is not met.</returns>
    public static uint Needed(string name) => name.Length == 0 ? 0 : Array.IndexOf(Names, name) is var rank and >= 0 ? (uint)rank : uint.MaxValue;

    /// <summary>The name of a rank.</summary>
    /// <param name="rank">0 to 3.</param>
    /// <returns>The class.</returns>
    public static string Name(uint rank) => Names[rank];
}
