// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Execution.Images;

namespace PeerCompute.Cli.Commands;

/// <summary><c>image offer</c>: jobs may use the host's own programs, only to be read, under a name and a version (docs/images.md).</summary>
internal static class HostRuntimeVerb
{
    private const string SystemNames = "/usr/lib/os-release", DebianVersion = "/etc/debian_version";

    /// <summary>The verb.</summary>
    /// <param name="storeOf">Opens the home's images.</param>
    public static Command Make(Func<ParseResult, ImageStore> storeOf)
    {
        var which = new Argument<string?>("NAME@VERSION")
        {
            Description = "What to call it (default: this system's name and version).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var withdraw = new Option<bool>("--withdraw") { Description = "It is offered no more." };
        var verb = new Command("offer", "Offer this host's own programs (/usr) to native jobs, under a name and version.") { which, withdraw };
        verb.SetAction(parsed =>
        {
            var runtime = parsed.GetValue(which) ?? OfThisHost();
            var policy = storeOf(parsed).Decide(policy => parsed.GetValue(withdraw) ? policy.WithdrawOffer(runtime) : policy.Offer(runtime));
            Globals.TerminalOf(parsed).Result(() => ImageViews.Json(policy), console => Tables.Facts(console, [.. ImageViews.Facts(policy)]));
            return 0;
        });
        return verb;
    }

    /// <summary>Name and version of this system, as os-release(5) says; of Debian with its point release.</summary>
    private static string OfThisHost()
    {
        try
        {
            var facts = File.ReadLines(SystemNames).Select(static line => line.Split('=', 2)).Where(static pair => pair.Length == 2)
                .ToLookup(static pair => pair[0], static pair => pair[1].Trim('"', '\''));
            var (id, version) = (facts["ID"].FirstOrDefault("linux"), facts["VERSION_ID"].FirstOrDefault("0"));
            var point = id == "debian" && File.Exists(DebianVersion) ? File.ReadAllText(DebianVersion).Trim() : version;
            return $"{id}-{version}@{point}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Usage, $"{SystemNames} cannot be read ({e.Message}): write NAME@VERSION yourself.", e);
        }
    }
}
