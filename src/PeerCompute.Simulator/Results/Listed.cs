// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Results;

/// <summary>Something that <c>sim list</c> found below a folder.</summary>
/// <param name="Path">Its path, seen from that folder.</param>
public abstract record Listed(string Path);

/// <summary>A scenario.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">The first comment of the file.</param>
/// <param name="Nodes">Nodes; 0 where it cannot be read.</param>
/// <param name="VirtualSeconds">Virtual time of a run, the calm at its end included.</param>
/// <param name="Jobs">Jobs.</param>
/// <param name="Parameters">Names of its parameters with their values.</param>
/// <param name="Error">Why it cannot be run, or empty.</param>
public sealed record ListedScenario(
    string Path, string Name, string Description, int Nodes, long VirtualSeconds, int Jobs, IReadOnlyDictionary<string, string> Parameters, string Error)
    : Listed(Path);

/// <summary>A run.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Run">What it holds; null where it cannot be read.</param>
/// <param name="Error">Why it cannot be read, or empty.</param>
public sealed record ListedRun(string Path, RunFolder? Run, string Error) : Listed(Path);

/// <summary>A sweep.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Sweep">What it says of itself; null where it cannot be read.</param>
/// <param name="Finished">Complete runs.</param>
/// <param name="Broken">Of these, those that broke a rule.</param>
/// <param name="Error">Why it cannot be read, or empty.</param>
public sealed record ListedSweep(string Path, SweepFolder? Sweep, int Finished, int Broken, string Error) : Listed(Path);
