// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Validation;

/// <summary>Runs of a scenario of docs/studies/validation with several seeds.</summary>
internal sealed class Study
{
    private readonly List<OverlayRun> _runs = [];
    private readonly List<Dictionary<string, double>> _figures = [];

    private Study(string name) => Name = name;

    public string Name { get; }

    public IReadOnlyList<OverlayRun> Runs => _runs;

    /// <summary>Runs it.</summary>
    public static Study Of(string name, int seeds, params (string Name, object Value)[] parameters)
    {
        var study = new Study(name);
        var given = parameters.ToDictionary(static p => p.Name, static p => p.Value.ToString()!);
        var scenario = ScenarioReader.ReadFile(Path.Combine(Lab.Root, "docs", "studies", "validation", name + ".yaml"), given);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var run = new OverlayRun(scenario, (ulong)seed);
            study._runs.Add(run);
            study._figures.Add(run.Run().Figures.ToDictionary(static f => f.Name, static f => f.Value));
        }

        return study;
    }

    /// <summary>A figure's mean over the seeds; printed with the values.</summary>
    public double Mean(string figure) => Said(figure, [.. _figures.Select(f => f[figure])]);

    /// <summary>A figure of each seed.</summary>
    public double[] Each(string figure) => [.. _figures.Select(f => f[figure])];

    /// <summary>Mean share of deliveries within so many milliseconds.</summary>
    public double Within(int milliseconds)
        => Said($"within {milliseconds} ms", EachWithin(milliseconds));

    /// <summary>The same of each seed.</summary>
    public double[] EachWithin(int milliseconds) => [.. _runs.Select(r => TimeRanks.ShareUpTo(r.World.Times, milliseconds * 1000))];

    private double Said(string figure, double[] values)
    {
        var each = string.Join(", ", values.Select(static v => v.ToString("0.####")));
        TestContext.Out.WriteLine($"{Name} {figure}: {values.Average():0.####} of seeds 1 to {values.Length}: {each}");
        return values.Average();
    }
}
