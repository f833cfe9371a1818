// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Lending;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client.Jobs;
using PeerCompute.Node.Lending;

namespace PeerCompute.Cli.Commands;

/// <summary><c>lend</c>: the operator's one command.</summary>
internal static class LendVerb
{
    private static readonly Option<string?> HoursOption = new("--hours")
    {
        Description = "Local times, such as 22:00-08:00,12:00-13:00, or always.",
        HelpName = "TIMES",
    };

    private static readonly Option<string?> ShareOption = new("--share") { Description = "Share of cores and memory, such as 50%.", HelpName = "PERCENT" };
    private static readonly Option<uint?> Slots = new("--slots") { Description = "Leases that run at a time.", HelpName = "COUNT" };
    private static readonly Option<string?> Memory = new("--memory") { Description = "Memory of one task, such as 4GiB.", HelpName = "SIZE" };
    private static readonly Option<ulong?> Price = new("--price") { Description = "Price of one task, micro-units.", HelpName = "MICRO" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Lend without a question." };
    private static readonly Option<bool> Off = new("--off") { Description = "Lend no more; running leases end normally." };
    private static readonly Option<bool> Now = new("--now") { Description = "With --off: end what runs for others." };
    private static readonly Option<bool> Status = new("--status") { Description = "Only show what is lent." };

    private static Option[] Terms => [HoursOption, ShareOption, Slots, Memory, Price, .. OwnerOptions.All];

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("lend", "Lend this machine to others: show it and the risk, ask for hours, share and price.");
        foreach (var option in (Option[])[.. Terms, Yes, Off, Now, Status]) verb.Options.Add(option);
        verb.SetAction(async (parsed, token) =>
        {
            CheckOptions(parsed);
            using var owner = await Owner.OpenAsync(Globals.HomeOf(parsed), token);
            var terminal = Globals.TerminalOf(parsed);
            if (parsed.GetValue(Off)) await StopAsync(owner, parsed.GetValue(Now), terminal, token);
            else if (parsed.GetValue(Status)) Show(terminal, await owner.LendingAsync(token));
            else await LendAsync(owner, parsed, terminal, token);
            return 0;
        });
        return verb;
    }

    private static void CheckOptions(ParseResult parsed)
    {
        var terms = Terms.Any(option => parsed.GetResult(option) is not null);
        var (off, status) = (parsed.GetValue(Off), parsed.GetValue(Status));
        if (parsed.GetValue(Now) && !off) throw new PeerComputeException(ErrorCode.Usage, "--now belongs to --off.");
        if ((off && status) || ((off || status) && terms)) throw new PeerComputeException(ErrorCode.Usage, "--off, --status and terms exclude each other.");
    }

    private static async Task StopAsync(Owner owner, bool now, Terminal terminal, CancellationToken token)
    {
        var watch = Stopwatch.StartNew();
        var view = await owner.StopAsync(now, token);
        var seconds = Math.Round(watch.Elapsed.TotalSeconds, 2);
        if (now && view.Running > 0) throw new PeerComputeException(ErrorCode.Host, $"{view.Running} runs have not ended after {seconds} s: end the daemon.");
        terminal.Result(
            () =>
            {
                var json = LendWords.Json(view);
                json["seconds"] = seconds;
                return json;
            },
            console => Tables.Facts(console, [.. LendWords.Status(view), ("took", $"{seconds} s")]));
    }

    private static async Task LendAsync(Owner owner, ParseResult parsed, Terminal terminal, CancellationToken token)
    {
        var view = await owner.LendingAsync(token);
        var yes = parsed.GetValue(Yes);
        var questions = terminal is { Json: false, HasPerson: true } ? new LendQuestions(Console.In, Console.Error) : null;
        if (!terminal.Json) Note(terminal, LendWords.Machine(view));
        var asks = questions is not null && !yes && !Terms.Any(option => parsed.GetResult(option) is not null);
        var terms = asks ? questions!.Terms(view) : FromFlags(parsed, view);
        if (!terminal.Json) Note(terminal, LendWords.Terms(Preview(view, terms)));
        if (!yes && questions is null) throw new PeerComputeException(ErrorCode.Usage, "Nobody is here to ask: add --yes to lend under these terms.");
        if (!yes && !questions!.Agrees("Lend under these terms?")) throw new PeerComputeException(ErrorCode.Usage, "Nothing was changed.");
        Show(terminal, await owner.LendAsync(terms, token));
        if (!owner.HasDaemon) terminal.Note("These terms hold once the daemon runs: peercompute daemon");
    }

    private static LendRequest FromFlags(ParseResult parsed, LendingView view)
    {
        var terms = new LendRequest();
        if (parsed.GetValue(HoursOption) is { } hours)
        {
            var read = LendHours.TryParse(hours) ?? throw Wrong("--hours", hours, $"times such as 22:00-08:00, at most {LendHours.RangesMost}, or always");
            terms.Hours = new Hours();
            terms.Hours.Ranges.AddRange(read.Ranges.Select(static r => r.ToString()));
        }

        if (parsed.GetValue(ShareOption) is { } share)
        {
            if (!Share.TryParse(share, out var percent)) throw Wrong("--share", share, "1% to 100%");
            (terms.Slots, terms.MemoryBytes) = Share.Of(percent, view.Devices);
        }

        if (parsed.GetValue(Slots) is { } slots) terms.Slots = slots;
        if (parsed.GetValue(Memory) is { } memory)
            terms.MemoryBytes = Units.TrySize(memory, out var bytes) ? bytes : throw Wrong("--memory", memory, "a size such as 4GiB");
        if (parsed.GetValue(Price) is { } price) terms.PerTaskMicro = price;
        terms.Owner = OwnerOptions.Read(parsed);
        LendChange.Lend(new Node.Homes.HomeConfig(), terms); // says what is out of range before anybody is asked
        return terms;
    }

    private static LendingView Preview(LendingView view, LendRequest terms)
    {
        var preview = view.Clone();
        if (terms.HasSlots) preview.Slots = terms.Slots;
        if (terms.HasMemoryBytes) preview.MemoryBytes = terms.MemoryBytes;
        if (terms.HasPerTaskMicro) preview.PerTaskMicro = terms.PerTaskMicro;
        if (terms.Hours is not null) preview.Hours = terms.Hours;
        if (terms.Owner is null) return preview;
        if (terms.Owner.Programs is not null) preview.Rules.Programs = null; // in place of the old ones, not behind them
        preview.Rules.MergeFrom(terms.Owner);
        return preview;
    }

    private static void Show(Terminal terminal, LendingView view) => terminal.Result(
        () => LendWords.Json(view),
        console => Tables.Facts(console, [.. LendWords.Status(view), .. LendWords.Terms(view)]));

    private static void Note(Terminal terminal, IEnumerable<(string Name, string Value)> facts)
    {
        foreach (var (name, value) in facts) terminal.Note($"{name,-10}  {value}");
        terminal.Note("");
    }

    private static PeerComputeException Wrong(string option, string text, string expected)
        => new(ErrorCode.Usage, $"{option} '{text}' is not understood: give {expected}.");
}
