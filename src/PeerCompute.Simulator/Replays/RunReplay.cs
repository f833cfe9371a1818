// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Replays;

/// <summary>Runs a recorded run again up to a moment, and looks into one of its nodes.</summary>
public static class RunReplay
{
    /// <summary>Most events of a node that are told.</summary>
    public const int EventsMost = 10_000;

    /// <summary>Replays.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="at">The moment: a time such as <c>90s</c>, or seconds.</param>
    /// <param name="node">The node's number or peer id.</param>
    /// <param name="events">How many of its last events are told.</param>
    /// <param name="scenarioPath">The scenario's file where the folder does not say where it lies.</param>
    /// <param name="progress">Told now and then.</param>
    /// <exception cref="PeerComputeException">
    /// The folder, the moment or the node is none; the run was made by another Core or from another scenario; the replay does not go as the run went.
    /// </exception>
    public static NodeSnapshot Of(string folder, string at, string node, int events, string? scenarioPath, Action<SimProgress> progress)
    {
        if (events is < 1 or > EventsMost) throw Usage($"--last {events}: write a number from 1 to {EventsMost}.");
        var run = RunFolder.Read(folder);
        var core = typeof(INodeMachine).Module.ModuleVersionId.ToString();
        if (run.CoreMvid != core)
        {
            throw new PeerComputeException(ErrorCode.Refused,
                $"{folder} was made by Core {run.CoreVersion} (module {run.CoreMvid}), this is module {core}: replay it with the version that made it.");
        }

        var scenario = Scenario(run, scenarioPath);
        if (scenario.Overlay is not null) throw new PeerComputeException(ErrorCode.BadInput, $"{folder} is of a world of one protocol: it has no whole nodes.");
        if (scenario.Matching != MatchingKind.Market) throw new PeerComputeException(ErrorCode.BadInput, $"{folder} is of a baseline: it has no whole nodes.");
        EventRecorder? recorder = null;
        var index = -1;
        using var experiment = new Experiment(
            scenario, run.Seed, site => site.Index == index ? recorder!.Around(SimulatorRun.Honest(site)) : SimulatorRun.Honest(site));
        var world = experiment.World;
        index = Node(node, world);
        recorder = new EventRecorder(events, () => world.Clock.Micros, world.IndexOf);
        var micros = Moment(at, experiment.EndMicros);
        var compared = Go(run, experiment, micros, progress);
        return Snapshot(world, index, micros, compared, new Cast(scenario, run.Seed).Of(index), recorder);
    }

    private static Scenario Scenario(RunFolder run, string? path)
    {
        path ??= run.ScenarioFile.Length > 0 ? Path.Combine(run.Path, run.ScenarioFile)
            : throw Usage($"{run.Path} does not say where its scenario lies: give --scenario FILE.");
        if (!File.Exists(path)) throw new PeerComputeException(ErrorCode.NotFound, $"The scenario {path} of the run is gone: give --scenario FILE.");
        var scenario = ScenarioReader.ReadFile(path, run.Parameters);
        return scenario.Hash.ToString() == run.ScenarioHash ? scenario
            : throw new PeerComputeException(ErrorCode.Refused, $"{path} is not the scenario of the run, or was changed since: give --scenario FILE.");
    }

    /// <summary>Goes from sample to sample, and compares the trace with the recorded one at each.</summary>
    private static long Go(RunFolder run, Experiment experiment, long micros, Action<SimProgress> progress)
    {
        var table = run.Table("metrics.csv");
        var (trace, sample, compared) = (table.Column("trace"), experiment.World.Scenario.SampleMicros, -1L);
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var next = Math.Min((i + 1) * sample, experiment.EndMicros);
            if (next > micros) break;
            experiment.World.RunUntil(next);
            var hash = experiment.World.TraceHash.ToString("x16", CultureInfo.InvariantCulture);
            if (table.Rows[i][trace] != hash)
            {
                var traces = $"the replay's trace is {hash}, the run's was {table.Rows[i][trace]}";
                throw new PeerComputeException(ErrorCode.Internal, $"at {next} µs {traces}: the run is not repeatable. This is a bug; please report it.");
            }

            compared = next;
            progress(new SimProgress(next, micros, experiment.World.Counters.Events, experiment.Metrics.JobsEnded, experiment.World.Scenario.Jobs.Count));
        }

        experiment.World.RunUntil(micros);
        return compared;
    }

    private static NodeSnapshot Snapshot(Simulation world, int index, long micros, long compared, string part, EventRecorder recorder)
    {
        var node = world.Nodes[index];
        var wake = node.Machine?.NextWake ?? Instant.Never;
        return new NodeSnapshot
        {
            AtMicros = micros,
            ComparedMicros = compared,
            Node = index,
            PeerId = node.Signer.PeerId.ToString(),
            Class = node.Class.Name,
            Part = part,
            Up = node.Up,
            Life = node.Life,
            WakesInMicros = wake == Instant.Never ? null : (wake - node.Now().Mono).Ticks / 10,
            JournalEntries = node.Disk.Entries.Count,
            JournalDurable = node.Disk.Durable,
            Queued = world.Queued,
            Peers = [.. Enumerable.Range(0, world.Nodes.Length).Where(other => SimNetwork.End(node, other) is { Up: true })],
            Mesh = node.Machine?.Mesh(),
            Jobs = node.Machine?.Jobs() ?? [],
            Work = node.Machine?.Work() ?? [],
            Handled = recorder.Last,
        };
    }

    private static long Moment(string text, long end)
    {
        var seconds = text.EndsWith('%') || text.EndsWith("ppm", StringComparison.Ordinal) ? null : ParameterValue.Number(text);
        if (seconds is not >= 0) throw Usage($"--at {text}: write a time such as 90s, 1500ms or 2m.");
        return seconds * 1_000_000 <= end ? (long)Math.Round(seconds.Value * 1_000_000)
            : throw Usage(string.Create(CultureInfo.InvariantCulture, $"--at {text}: the run ends at {end / 1_000_000} s."));
    }

    private static int Node(string text, Simulation world)
    {
        var most = world.Nodes.Length - 1;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number <= most ? number : throw Usage($"--node {text}: the run has nodes 0 to {most}.");
        var index = Array.FindIndex(world.Nodes, node => node.Signer.PeerId.ToString() == text);
        return index >= 0 ? index : throw Usage($"--node {text}: no node of the run has this peer id; write a number from 0 to {most}.");
    }

    private static PeerComputeException Usage(string text) => new(ErrorCode.Usage, text);
}
