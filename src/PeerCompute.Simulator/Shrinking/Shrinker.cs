// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Shrinking;

/// <summary>
/// Looks for a smaller scenario that breaks the same rule with the same seed. Each cut is tried in turn and kept where the rule is still broken;
/// rounds of cuts follow until one brings nothing. It ends when no cut is left or the runs are used up: the same runs give the same scenario.
/// </summary>
/// <param name="read">Reads a tree; throws what its reader throws.</param>
/// <param name="run">Runs a scenario with the seed.</param>
/// <param name="runsMost">Most runs.</param>
internal sealed class Shrinker(Func<ScenarioTree, Scenario> read, Func<Scenario, SimulationResult> run, int runsMost)
{
    /// <summary>Runs so far.</summary>
    public int Runs { get; private set; }

    /// <summary>Shrinks.</summary>
    /// <param name="tree">What broke a rule.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="progress">Told before each run.</param>
    /// <returns>The smallest that was found, with its result; null where the tree did not break the rule.</returns>
    public (ScenarioTree Tree, SimulationResult Result)? Shrink(ScenarioTree tree, string rule, Action<string>? progress = null)
    {
        progress?.Invoke("the scenario with its faults as a list");
        if (Broken(tree, rule) is not { } found) return null;
        var tried = new HashSet<string>();
        while (true)
        {
            var (before, vain) = (tree, new HashSet<string>()); // a round: what was in vain for a larger scenario is not tried again before the next one
            while (Smaller() is { } kept) (tree, found) = (kept.Tree, kept.Found);
            if (tree == before || Runs == runsMost) return (tree, found.Result);

            (ScenarioTree Tree, (Scenario, SimulationResult) Found)? Smaller()
            {
                foreach (var (what, cut) in Cuts.Of(tree, found.Scenario).Where(cut => !vain.Contains(cut.What)))
                {
                    var smaller = tree.Copy();
                    cut(smaller);
                    if (!tried.Add(smaller.ToString())) continue;
                    if (Runs == runsMost) return null;
                    progress?.Invoke(what);
                    if (Broken(smaller, rule) is { } broken) return (smaller, broken);
                    vain.Add(what);
                }

                return null;
            }
        }
    }

    /// <summary>What a tree came to, where it breaks the rule; one that is no scenario costs no run.</summary>
    private (Scenario Scenario, SimulationResult Result)? Broken(ScenarioTree tree, string rule)
    {
        Scenario scenario;
        try
        {
            scenario = read(tree);
        }
        catch (PeerComputeException)
        {
            return null;
        }

        Runs++;
        var result = run(scenario);
        return result.Violations.Any(violation => violation.Rule == rule) ? (scenario, result) : null;
    }
}
