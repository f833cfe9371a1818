// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Core;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>One run of a world of one protocol: scenario and seed in, figures out.</summary>
internal sealed class OverlayRun(Scenario scenario, ulong seed, IEventQueue? queue = null)
{
    private readonly List<(long AtMicros, long Events, long[] Row)> _rows = [];

    public OverlayWorld World { get; } = scenario.Overlay!.Gossip is not null ? new GossipStudy(scenario, seed, queue) : new DhtStudy(scenario, seed, queue);

    /// <summary>The running counts at each sample.</summary>
    public IReadOnlyList<(long AtMicros, long Events, long[] Row)> Rows => _rows;

    public SimulationResult Run(Action<SimProgress>? progress = null)
    {
        for (var at = 0L; at < scenario.DurationMicros;)
        {
            at = Math.Min(at + scenario.SampleMicros, scenario.DurationMicros);
            World.RunUntil(at);
            _rows.Add((at, World.Events, World.Row()));
            progress?.Invoke(new SimProgress(at, scenario.DurationMicros, World.Events, 0, 0));
        }

        return new SimulationResult
        {
            Scenario = scenario.Name,
            ScenarioHash = scenario.Hash.ToString(),
            Seed = seed,
            TraceHash = World.Trace.Hash.ToString("x16", CultureInfo.InvariantCulture),
            CoreMvid = typeof(INodeMachine).Module.ModuleVersionId,
            Nodes = World.Count,
            Events = World.Events,
            VirtualSeconds = World.Now / 1_000_000,
            Messages = World.Messages,
            MessageBytes = World.Bytes,
            BlobBytes = 0,
            Crashes = 0,
            IdleNodeHour = default,
            PerJob = default,
            Jobs = [],
            Planted = 0,
            Judged = 0,
            Found = 0,
            OwedMicro = 0,
            SettledMicro = 0,
            Violations = [],
            Figures = [.. World.Figures()],
        };
    }
}
