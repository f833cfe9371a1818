// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Reality;

/// <summary>Lets the tasks of a real node take the time that they take in the simulation, whatever the machine beneath has to do meanwhile.</summary>
public static class Pace
{
    /// <summary>Puts the pace around a machine.</summary>
    /// <param name="machine">The node's machine.</param>
    /// <param name="speedPermille">Its speed, thousandths of the reference machine; at least 1.</param>
    /// <returns>The machine as the world sees it.</returns>
    public static INodeMachine On(INodeMachine machine, int speedPermille) => new PacedMachine(machine, Math.Clamp(speedPermille, 1, ClassReader.SpeedMost));
}
