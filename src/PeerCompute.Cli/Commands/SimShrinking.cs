// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Simulator;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim run --shrink</c>: a smaller scenario that breaks the same rule.</summary>
internal static class SimShrinking
{
    private const int RunsMost = 10_000;

    /// <summary>What is said where there is none to write to.</summary>
    public const string NoFolder = "--shrink writes a scenario: name a folder with -o.";

    /// <summary>Whether it is asked for.</summary>
    public static Option<bool> Wanted() => new("--shrink")
    {
        Description = "Where a rule is broken: look for a smaller scenario that breaks it, and write it into the results.",
    };

    /// <summary>How many runs it may take.</summary>
    public static Option<int> Runs()
    {
        var runs = new Option<int>("--shrink-runs") { Description = "Most runs that --shrink may take.", HelpName = "N", DefaultValueFactory = _ => 50 };
        runs.Validators.Add(given =>
        {
            if (given.GetValue(runs) is < 1 or > RunsMost) given.AddError($"--shrink-runs takes 1 to {RunsMost}.");
        });
        return runs;
    }

    /// <summary>Shrinks where a rule was broken, and says how to repeat what is left.</summary>
    /// <param name="terminal">Where progress and words go.</param>
    /// <param name="scenario">The scenario's file.</param>
    /// <param name="values">Values of its parameters.</param>
    /// <param name="result">What its run came to.</param>
    /// <param name="folder">Folder of its results.</param>
    /// <param name="runs">Most runs.</param>
    /// <param name="cancellationToken">Ends it between two runs.</param>
    /// <returns>For the result's object; null where nothing was broken.</returns>
    public static JsonObject? Run(
        Terminal terminal, string scenario, IReadOnlyDictionary<string, string> values, SimulationResult result, string folder, int runs,
        CancellationToken cancellationToken)
    {
        if (result.Violations.IsEmpty) return null;
        var eta = new Eta();
        var shrunk = SimulatorRun.Shrink(scenario, values, result, folder, runs, (done, what) => Show(terminal, done, runs, what, eta, cancellationToken));
        terminal.Progress("");
        if (shrunk is null)
        {
            terminal.Note("The faults given as a list break no such rule: nothing was shrunk.");
            return null;
        }

        var small = shrunk.Result;
        terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"shrunk in {shrunk.Runs} runs to {small.Nodes} nodes, {small.Jobs.Length} jobs and {small.Faults.Length} faults that break '{shrunk.Rule}':"));
        var repeat = RepeatCommand.Of(shrunk.ScenarioPath, small.Seed, []);
        terminal.Note("  " + repeat);
        return new JsonObject
        {
            ["repeat"] = repeat,
            ["rule"] = shrunk.Rule,
            ["runs"] = shrunk.Runs,
            ["nodes"] = small.Nodes,
            ["jobs"] = small.Jobs.Length,
            ["faults"] = small.Faults.Length,
        };
    }

    private static void Show(Terminal terminal, int done, int runs, string what, Eta eta, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        terminal.Progress(string.Create(CultureInfo.InvariantCulture, $"shrinking: {done} of {runs} runs, now {what}, ") + eta.Left((double)done / runs));
    }
}
