// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Simulator.Probes;

/// <summary>Looks at nodes when a scenario's probes want it, and keeps what is written to probes.csv.</summary>
internal sealed class ProbeTable(Simulation world)
{
    /// <summary>The file.</summary>
    public const string FileName = "probes.csv";

    private readonly StringBuilder _text = new("seconds,probe,nodes,mean,p5,p50,p95,max\n");

    /// <summary>Whether there is anything to look at.</summary>
    public bool IsEmpty => world.Scenario.Probes.IsEmpty;

    /// <summary>The next moment after a moment at which something is to be looked at; never where nothing is.</summary>
    public long NextAfter(long micros)
    {
        var next = long.MaxValue;
        foreach (var probe in world.Scenario.Probes) next = Math.Min(next, ((micros / probe.EveryMicros) + 1) * probe.EveryMicros);
        return next;
    }

    /// <summary>Looks at what is due now.</summary>
    public void Look()
    {
        var at = world.Clock.Micros;
        foreach (var probe in world.Scenario.Probes)
        {
            if (at % probe.EveryMicros == 0) Add(probe, at);
        }
    }

    /// <summary>The table.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Quantiles are those of the nearest rank: a value that a node has.</summary>
    private void Add(ProbePlan probe, long at)
    {
        var of = world.Nodes.Where(node => node.Up && (probe.Class.Length == 0 || node.Class.Name == probe.Class));
        var values = of.Select(probe.Of.Measure).Order().ToArray();
        if (values.Length == 0) return;
        _text.Append(CultureInfo.InvariantCulture, $"{at / 1_000_000}.{at / 1000 % 1000:000},{probe.Name},{values.Length},");
        _text.Append(CultureInfo.InvariantCulture, $"{values.Sum() * 1000 / values.Length / 1000m:0.###},");
        _text.Append(CultureInfo.InvariantCulture, $"{Rank(values, 5)},{Rank(values, 50)},{Rank(values, 95)},{values[^1]}\n");
    }

    private static long Rank(long[] sorted, int percent) => sorted[Math.Max(0, ((sorted.Length * percent) + 99) / 100 - 1)];
}
