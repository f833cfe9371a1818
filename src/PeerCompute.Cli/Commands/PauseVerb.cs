// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Lending;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Cli.Commands;

/// <summary><c>pause</c>: takes no work for a while.</summary>
internal static class PauseVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var time = new Argument<string?>("TIME") { Description = "How long, such as 30m, 2h or 1d.", Arity = ArgumentArity.ZeroOrOne };
        var off = new Option<bool>("--off") { Description = "Go on at once." };
        var verb = new Command("pause", "Take no work for a while; running leases end normally.") { time, off };
        verb.SetAction(async (parsed, token) =>
        {
            var ms = 0UL;
            var text = parsed.GetValue(time);
            if (parsed.GetValue(off) == (text is not null))
                throw new PeerComputeException(ErrorCode.Usage, "Say for how long, such as 'pause 2h', or 'pause --off'.");
            if (text is not null && (!Units.TryDuration(text, out ms) || ms == 0))
                throw new PeerComputeException(ErrorCode.Usage, $"'{text}' is no time: give for example 30m, 2h or 1d.");
            using var owner = await Owner.OpenAsync(Globals.HomeOf(parsed), token);
            var view = await owner.PauseAsync(ms, token);
            Globals.TerminalOf(parsed).Result(() => LendWords.Json(view), console => Tables.Facts(console, [.. LendWords.Status(view)]));
            return 0;
        });
        return verb;
    }
}
