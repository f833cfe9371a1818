// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Claims many times the slots and cores that it has, and takes all the work that this brings: it runs as many times slower, as if all that it claims were in
/// use. Counted are tasks.
/// </summary>
internal sealed record FakerAdversary : Adversary
{
    /// <summary>How many times what it has.</summary>
    public int Times { get; init; } = 8;

    public override string Kind => "faker";

    public override string Act => "claims many times the slots and cores that it has, and runs as many times slower";

    public override Adversary Read(YamlMap map) => this with { Times = map.Count("times", Times, 2, 100) };

    public override INodeMachine Dress(Part part)
    {
        var honest = part.Honest(settings => settings with { Slots = settings.Slots * (uint)Times });
        return new Boast(new SlowAdversary.Machine(honest, part, Times, isDeed: true), Times);
    }

    private sealed class Boast(INodeMachine slow, int times) : MachineWrapper(slow)
    {
        protected override NodeEvent In(NodeEvent e)
            => e is CapabilitiesKnown known ? new CapabilitiesKnown(known.Capabilities with { Cores = known.Capabilities.Cores * (uint)times }) : e;
    }
}
