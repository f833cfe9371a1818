// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using Adversary = PeerCompute.Simulator.Adversaries.Liar;

namespace PeerCompute.Cli.Demo;

/// <summary>What chance decides in a demo, all of it from the seed. The liar alone is told its part, and nobody is told who it is.</summary>
internal sealed class DemoPlan
{
    /// <summary>Workers of the demo.</summary>
    public const int Workers = 5;

    private readonly ulong _tile;
    private readonly ulong _byte;

    /// <summary>A plan.</summary>
    /// <param name="seed">Everything follows from it.</param>
    public DemoPlan(ulong seed)
    {
        Seed = seed;
        var chance = new Choices(seed);
        Liar = chance.Below(Workers);
        FirstLie = (uint)chance.Below((int)Adversary.Every);
        _tile = chance.Next();
        _byte = chance.Next();
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>The worker that lies, from 0.</summary>
    public int Liar { get; }

    /// <summary>The first task that it lies on; then every third.</summary>
    public uint FirstLie { get; }

    /// <summary>Whether the liar lies on a task.</summary>
    public bool LiesOn(uint task) => Adversary.LiesOn(task, FirstLie);

    /// <summary>The task that is computed again by another engine.</summary>
    public uint Tile(uint tasks) => (uint)(_tile % tasks);

    /// <summary>The byte of a receipt that is flipped.</summary>
    public int Byte(int length) => (int)(_byte % (ulong)length);
}
