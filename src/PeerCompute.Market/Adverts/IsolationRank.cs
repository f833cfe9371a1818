// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>
/// The order of isolation classes (docs/sandbox.md): first those of WebAssembly programs, then those of native ones, then those of native ones that are granted
/// a card. A class is only ever held against classes of its own kind: who demands walls without a card's driver behind them gets no stronger ones with it, nor
/// the other way round. One that is not known is as good as none.
/// </summary>
public static class IsolationRank
{
    private const uint FirstNative = 4, FirstDevice = 6;

    private static readonly string[] Names =
        ["none", "wasm-process", "wasm-seccomp", "wasm-strict", "native-degraded", "native-strict", "device-degraded", "device-strict"];

    private enum Kind
    {
        Wasm,
        Native,
        Device,
    }

    /// <summary>Classes that are known; ranks are 0 to one less.</summary>
    public static int Count => Names.Length;

    /// <summary>How strong a class is.</summary>
    /// <param name="name">The class as adverts name it.</param>
    /// <returns>0 for none and for unknown names, more for stronger.</returns>
    public static uint Of(string name) => (uint)Math.Max(0, Array.IndexOf(Names, name));

    /// <summary>What an advert says of the kind of class that a need names.</summary>
    /// <param name="need">The class needed at least.</param>
    /// <param name="has">The advert's capabilities.</param>
    /// <returns>The rank; 0 where it names a class of another kind.</returns>
    public static uint Of(string need, Capabilities has)
    {
        var kind = KindOf(Of(need));
        var rank = Of(kind switch { Kind.Device => has.DeviceIsolation, Kind.Native => has.NativeIsolation, _ => has.Isolation });
        return KindOf(rank) == kind ? rank : 0;
    }

    /// <summary>The rank that a need asks for.</summary>
    /// <param name="name">The class needed at least; empty: any.</param>
    /// <returns>A rank that no node has where the name is not known: what cannot be judged is not met.</returns>
    public static uint Needed(string name) => name.Length == 0 ? 0 : Array.IndexOf(Names, name) is var rank and >= 0 ? (uint)rank : uint.MaxValue;

    /// <summary>Whether the class that a program would run in is one that its job takes.</summary>
    /// <param name="has">The class.</param>
    /// <param name="need">The class needed at least; empty: any.</param>
    public static bool Meets(string has, string need)
    {
        var (rank, needed) = (Of(has), Needed(need));
        return needed == 0 || (rank >= needed && KindOf(rank) == KindOf(needed));
    }

    /// <summary>The name of a rank.</summary>
    /// <param name="rank">Below <see cref="Count"/>.</param>
    /// <returns>The class.</returns>
    public static string Name(uint rank) => Names[rank];

    private static Kind KindOf(uint rank) => rank >= FirstDevice ? Kind.Device : rank >= FirstNative ? Kind.Native : Kind.Wasm;
}
