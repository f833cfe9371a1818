// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>The lying worker around a real node, for the demo: it does all work and then names another output, which nobody could compute.</summary>
public static class Liar
{
    /// <summary>Of how many tasks one is lied on.</summary>
    public const uint Every = 3;

    /// <summary>Whether it lies on a task.</summary>
    /// <param name="task">The task's index from 0.</param>
    /// <param name="first">The first task that it lies on, 0 to 2.</param>
    /// <returns>True for every third task from <paramref name="first"/> on.</returns>
    public static bool LiesOn(uint task, uint first) => task % Every == first;

    /// <summary>Puts the liar around a machine.</summary>
    /// <param name="honest">The node's machine.</param>
    /// <param name="first">The first task that it lies on, 0 to 2.</param>
    /// <returns>The machine as the world sees it.</returns>
    public static INodeMachine On(INodeMachine honest, uint first) => new LyingWorker(honest, ran => LiesOn(ran.Result.Task, first)
        ? ran.Result.Blob! with { Plain = new HashBuilder("peercompute/1/demo-lie").Add(ran.Run.LeaseId).Add(ran.Result.Task).Hash() }
        : null);
}
