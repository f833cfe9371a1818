// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Lending;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client;

namespace PeerCompute.Cli.Commands;

/// <summary><c>drain</c>: takes nothing new, and waits until what runs has ended: before maintenance.</summary>
internal static class DrainVerb
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var device = new Option<string?>("--device") { Description = "Only this device, by its name in 'peercompute devices'.", HelpName = "NAME" };
        var now = new Option<bool>("--now") { Description = "End what runs for others at once." };
        var off = new Option<bool>("--off") { Description = "Take work again." };
        var verb = new Command("drain", "Take nothing new for others, and wait until nothing runs.") { device, now, off };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            if (parsed.GetValue(now) && parsed.GetValue(off)) throw new PeerComputeException(ErrorCode.Usage, "--now and --off exclude each other.");
            using var daemon = await NodeAccess.DaemonAsync(Globals.HomeOf(parsed), token);
            var view = await BeginAsync(daemon, parsed.GetValue(device), parsed.GetValue(off), parsed.GetValue(now), token);
            if (parsed.GetValue(device) is null && !parsed.GetValue(off)) view = await WaitAsync(daemon, view, terminal, token);
            terminal.Result(() => LendWords.Json(view), console => Tables.Facts(console, [.. LendWords.Status(view)]));
            return 0;
        });
        return verb;
    }

    private static Task<LendingView> BeginAsync(PeerComputeClient daemon, string? device, bool off, bool now, CancellationToken token)
        => device is not null ? daemon.DrainAsync(device, off, now, token)
            : off ? daemon.LendAsync(new LendRequest(), token) : daemon.StopLendingAsync(now, token);

    private static async Task<LendingView> WaitAsync(PeerComputeClient daemon, LendingView view, Terminal terminal, CancellationToken token)
    {
        while (view.Running > 0)
        {
            terminal.Progress($"{view.Running} still {(view.Running == 1 ? "runs" : "run")} for others");
            await Task.Delay(LookAgain, token);
            view = await daemon.LendingAsync(token);
        }

        terminal.Progress("");
        return view;
    }
}
