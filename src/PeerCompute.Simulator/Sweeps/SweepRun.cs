// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Sweeps;

/// <summary>One run of a sweep.</summary>
/// <param name="Point">Where in the parameters.</param>
/// <param name="Seed">The seed.</param>
public sealed record SweepRun(SweepPoint Point, ulong Seed)
{
    /// <summary>Its folder, seen from the sweep's.</summary>
    public string Folder => Path.Combine(SweepFolder.RunsName, Point.FolderName, $"seed-{Seed}");

    /// <summary>Where it is written until it is complete: a folder beside it.</summary>
    public string Unfinished => Path.Combine(SweepFolder.RunsName, Point.FolderName, $".seed-{Seed}{SweepFolder.UnfinishedEnding}");
}

/// <summary>How the process of a run ended.</summary>
/// <param name="ExitCode">Its exit code; 0 for a good run, 70 for one that broke a rule.</param>
/// <param name="Said">The last lines of its standard error.</param>
public sealed record SweepExit(int ExitCode, string Said);

/// <summary>How far a sweep is.</summary>
/// <param name="Runs">Runs of the plan.</param>
/// <param name="Found">Of these, those that an earlier sweep had finished.</param>
/// <param name="Done">Finished by this one, failed ones included.</param>
/// <param name="Failed">Of these, those that broke a rule or did not end well.</param>
/// <param name="Running">On their way.</param>
public sealed record SweepProgress(int Runs, int Found, int Done, int Failed, int Running);

/// <summary>What a sweep came to.</summary>
/// <param name="Runs">Runs of the plan.</param>
/// <param name="Found">Of these, those that an earlier sweep had finished.</param>
/// <param name="Failed">Runs that broke a rule or did not end well, with their exits.</param>
public sealed record SweepResult(int Runs, int Found, IReadOnlyList<(SweepRun Run, SweepExit Exit)> Failed);
