// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Sybils: many names of one host. Each bids as if it had the host for itself, so all of them run so many times slower; they lie together, as a
/// <see cref="RingAdversary"/> does.
/// </summary>
internal sealed record SwarmAdversary : Adversary
{
    /// <summary>On how many tasks they lie, millionths.</summary>
    public int SharePpm { get; init; } = 333_333;

    public override string Kind => "swarm";

    public override string Act => "sybils: many names of one host, which all run as many times slower as they are, and lie together as a ring does";

    public override Adversary Read(YamlMap map) => this with { SharePpm = map.Share("share", SharePpm) };

    public override INodeMachine Dress(Part part)
        => new RingAdversary.Machine(new SlowAdversary.Machine(part.Honest(), part, part.Gang.Length, isDeed: false), part, SharePpm);
}
