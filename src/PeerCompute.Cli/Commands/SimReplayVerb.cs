// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Core.Views;
using PeerCompute.Node.Journals;
using PeerCompute.Simulator.Replays;
using Spectre.Console;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim replay</c>: a node of a run at a moment, or the journal of a real node.</summary>
internal static class SimReplayVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Argument<string?>("DIR") { Description = "Folder of a run.", Arity = ArgumentArity.ZeroOrOne };
        var at = new Option<string?>("--at") { Description = "The moment in virtual time: 90s, 1500ms, 2m.", HelpName = "T" };
        var node = new Option<string?>("--node") { Description = "The node: its number or peer id.", HelpName = "K" };
        var last = new Option<int>("--last") { Description = "How many of its last events are shown.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var scenario = new Option<string?>("--scenario") { Description = "The run's scenario, where it lies elsewhere now.", HelpName = "FILE" };
        var journal = new Option<string?>("--journal")
        {
            Description = "Home of a stopped node, whose journal is replayed; nothing is written there.", HelpName = "HOME",
        };
        var entries = new Option<long?>("--entries")
        {
            Description = "With --journal: only so many entries, to see what the node was then.", HelpName = "N",
        };
        var verb = new Command("replay", "Look into a node of a run at a moment, or replay a real node's journal bit for bit.")
        {
            folder, at, node, last, scenario, journal, entries,
        };
        verb.SetAction((parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            if (parsed.GetValue(journal) is { } home)
            {
                if (parsed.GetValue(folder) is not null || parsed.GetValue(at) is not null || parsed.GetValue(node) is not null)
                    throw new PeerComputeException(ErrorCode.Usage, "--journal HOME stands alone: DIR, --at and --node are of runs.");
                ShowJournal(terminal, home, parsed.GetValue(entries));
                return Task.FromResult(0);
            }

            if (parsed.GetValue(folder) is not { } run || parsed.GetValue(at) is not { } moment || parsed.GetValue(node) is not { } which)
                throw new PeerComputeException(ErrorCode.Usage, "Write sim replay DIR --at T --node K, or sim replay --journal HOME.");
            var eta = new Eta();
            var shown = RunReplay.Of(run, moment, which, parsed.GetValue(last), parsed.GetValue(scenario), p =>
            {
                token.ThrowIfCancellationRequested();
                terminal.Progress(string.Create(CultureInfo.InvariantCulture, $"{Seconds(p.VirtualMicros)} of {Seconds(p.EndMicros)} virtual seconds, ")
                    + eta.Left((double)p.VirtualMicros / Math.Max(1, p.EndMicros)));
            });
            terminal.Progress("");
            terminal.Result(() => Json(shown), console => Show(console, shown));
            return Task.FromResult(0);
        });
        return verb;
    }

    private static void ShowJournal(Terminal terminal, string home, long? entries)
    {
        if (entries is < 0) throw new PeerComputeException(ErrorCode.Usage, $"--entries {entries}: write a number from 0.");
        using var copy = JournalCopy.Of(home);
        var replay = JournalReplay.Of(copy.Signer, copy.Entries(), entries ?? long.MaxValue);
        terminal.Result(() => Json(copy.Signer.PeerId.ToString(), replay), console =>
        {
            Tables.Facts(
                console,
                ("peer id", copy.Signer.PeerId.ToString()),
                ("entries", $"{Number(replay.Entries)}: {string.Join(", ", replay.Kinds.Select(static k => $"{Number(k.Value)} {k.Key}"))}"),
                ("journal", "SHA-256 " + replay.JournalHash),
                ("view", "SHA-256 " + replay.ViewHash),
                ("bit for bit", "yes: every entry is encoded to the bytes that were read, two machines show and want the same"));
            Jobs(console, replay.Jobs);
            Leases(console, replay.Work);
            foreach (var entry in replay.Last) console.Profile.Out.Writer.WriteLine(entry);
        });
    }

    private static void Show(IAnsiConsole console, NodeSnapshot s)
    {
        var writer = console.Profile.Out.Writer;
        Tables.Facts(
            console,
            ("node", $"{s.Node}, {s.PeerId}"),
            ("class", s.Class + (s.Part.Length > 0 ? $", plays {s.Part}" : "")),
            ("moment", $"{Seconds(s.AtMicros)} virtual s"),
            ("compared", s.ComparedMicros < 0 ? "with nothing: the run took no sample before" : $"trace is that of the run at {Seconds(s.ComparedMicros)} s"),
            ("state", $"{(s.Up ? "up" : "down")}, life {s.Life}"),
            ("journal", $"{Number(s.JournalEntries)} entries, {Number(s.JournalDurable)} durable"),
            ("timer", s.WakesInMicros is { } wake ? $"in {Seconds(wake)} s" : "none"),
            ("queue", $"{Number(s.Queued)} events wait in the world"),
            ("connected", s.Peers.Count == 0 ? "with nobody" : "with nodes " + string.Join(' ', s.Peers)),
            ("mesh", s.Mesh is not { } m ? ""
                : $"{m.Contacts} in the routing table, {m.Mesh} in the gossip mesh, {m.ProviderRecords} provider records, {m.Adverts} adverts"));
        Jobs(console, s.Jobs);
        Leases(console, s.Work);
        foreach (var e in s.Handled)
        {
            writer.WriteLine(Printable.Line($"{Seconds(e.AtMicros),12} s  {e.What}"));
            if (e.Effects.Count > 0) writer.WriteLine(Printable.Line($"{"",14}  → {string.Join(", ", e.Effects)}"));
        }
    }

    private static void Jobs(IAnsiConsole console, IReadOnlyList<JobView> jobs)
    {
        if (jobs.Count == 0) return;
        Tables.Rows(console, ["job", "state", "tasks#", "accepted#", "leases#", "owed#", "why"], jobs.Select(static j => (string[])
        [
            j.JobId.Short(), j.State.ToString(), Number(j.Tasks.Length), Number(j.Tasks.Count(static t => t.State == TaskState.Accepted)),
            Number(j.Leases.Length), Number((long)j.TotalMicro), j.Cause,
        ]));
    }

    private static void Leases(IAnsiConsole console, IReadOnlyList<LeaseView> leases)
    {
        if (leases.Count == 0) return;
        Tables.Rows(console, ["lease", "job", "issuer", "tasks", "phase", "head", "due#", "why"], leases.Select(static l => (string[])
        [
            l.LeaseId.Short(), l.JobId.Short(), Tables.Tail(l.Issuer.ToString()), $"{l.FirstTask}–{l.FirstTask + l.TaskCount - 1}", l.Phase.ToString(),
            l.Head.Short(), Number((long)l.DueMicro), l.Text,
        ]));
    }

    private static JsonObject Json(NodeSnapshot s) => new()
    {
        ["node"] = s.Node,
        ["peerId"] = s.PeerId,
        ["class"] = s.Class,
        ["part"] = s.Part.Length > 0 ? s.Part : null,
        ["atMicros"] = s.AtMicros,
        ["comparedMicros"] = s.ComparedMicros < 0 ? null : s.ComparedMicros,
        ["up"] = s.Up,
        ["life"] = s.Life,
        ["journalEntries"] = s.JournalEntries,
        ["journalDurable"] = s.JournalDurable,
        ["wakesInMicros"] = s.WakesInMicros,
        ["queued"] = s.Queued,
        ["peers"] = new JsonArray([.. s.Peers.Select(static p => (JsonNode?)p)]),
        ["contacts"] = s.Mesh?.Contacts,
        ["gossipMesh"] = s.Mesh?.Mesh,
        ["jobs"] = Json(s.Jobs),
        ["work"] = Json(s.Work),
        ["handled"] = new JsonArray([.. s.Handled.Select(static e => (JsonNode?)new JsonObject
        {
            ["atMicros"] = e.AtMicros,
            ["event"] = e.What,
            ["effects"] = new JsonArray([.. e.Effects.Select(static name => (JsonNode?)name)]),
        })]),
    };

    private static JsonObject Json(string peerId, JournalReplay replay) => new()
    {
        ["peerId"] = peerId,
        ["entries"] = replay.Entries,
        ["kinds"] = new JsonObject(replay.Kinds.Select(static k => KeyValuePair.Create(k.Key, (JsonNode?)k.Value))),
        ["journalSha256"] = replay.JournalHash,
        ["viewSha256"] = replay.ViewHash,
        ["bitForBit"] = true,
        ["jobs"] = Json(replay.Jobs),
        ["work"] = Json(replay.Work),
    };

    private static JsonArray Json(IReadOnlyList<JobView> jobs) => new([.. jobs.Select(static j => (JsonNode?)new JsonObject
    {
        ["jobId"] = j.JobId.ToString(),
        ["state"] = j.State.ToString(),
        ["tasks"] = j.Tasks.Length,
        ["accepted"] = j.Tasks.Count(static t => t.State == TaskState.Accepted),
        ["leases"] = j.Leases.Length,
        ["owedMicro"] = j.TotalMicro,
        ["cause"] = j.Cause,
    })]);

    private static JsonArray Json(IReadOnlyList<LeaseView> leases) => new([.. leases.Select(static l => (JsonNode?)new JsonObject
    {
        ["leaseId"] = l.LeaseId.ToString(),
        ["jobId"] = l.JobId.ToString(),
        ["issuer"] = l.Issuer.ToString(),
        ["firstTask"] = l.FirstTask,
        ["tasks"] = l.TaskCount,
        ["phase"] = l.Phase.ToString(),
        ["head"] = l.Head.ToString(),
        ["dueMicro"] = l.DueMicro,
    })]);

    private static string Seconds(long micros) => (micros / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
