// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output.Qr;
using PeerCompute.Client.Jobs;
using PeerCompute.Node.Networks;

namespace PeerCompute.Cli.Commands;

/// <summary><c>invite</c>: one line that lets another machine into the network.</summary>
internal static class InviteVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var expires = new Option<string>("--expires") { Description = "How long the line may be followed, such as 12h or 7d.", HelpName = "TIME" };
        expires.DefaultValueFactory = static _ => "7d";
        var qr = new Option<bool>("--qr") { Description = "Draw the line as a QR code too." };
        var verb = new Command("invite", "Print one line that lets another machine into this node's network: peercompute join LINE.") { expires, qr };
        verb.SetAction(async (parsed, token) =>
        {
            var text = parsed.GetRequiredValue(expires);
            if (!Units.TryDuration(text, out var ms))
                throw new PeerComputeException(ErrorCode.Usage, $"--expires '{text}' is no time: give for example 12h or 7d.");
            using var daemon = await NodeAccess.DaemonAsync(Globals.HomeOf(parsed), token);
            var invite = await daemon.InviteAsync(ms, token);
            var terminal = Globals.TerminalOf(parsed);
            if (terminal.Json)
            {
                terminal.Result(
                    () => new JsonObject
                    {
                        ["line"] = invite.Line,
                        ["network"] = invite.Network,
                        ["addresses"] = new JsonArray([.. invite.Addresses.Select(static a => (JsonNode)a)]),
                        ["expiresMs"] = invite.ExpiresMs,
                        ["warning"] = invite.Warning,
                    },
                    static _ => { });
                return 0;
            }

            // The line alone on standard output: it may be piped on as it is.
            terminal.Line(invite.Line);
            if (parsed.GetValue(qr))
            {
                foreach (var line in QrPicture.Lines(QrCode.Draw(invite.Line.ToUpperInvariant())!, coloured: !Console.IsOutputRedirected)) terminal.Line(line);
            }

            var until = Joining.Moment((long)invite.ExpiresMs);
            terminal.Note($"It leads into network {invite.Network} until {until}, through {string.Join(", ", invite.Addresses)}.");
            terminal.Note("Who has the line can join: hand it on as you would a key. On the other machine: peercompute join LINE");
            if (invite.Warning.Length > 0) terminal.Note($"warning: {invite.Warning}");
            return 0;
        });
        return verb;
    }
}
