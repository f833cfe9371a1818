// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Images;

namespace PeerCompute.Cli.Commands;

/// <summary><c>image allow</c>, <c>refuse</c>, <c>pending</c>, <c>sign</c>: which images may run here, and whose word counts (docs/images.md).</summary>
internal static class ImageLeaveVerbs
{
    /// <summary><c>image allow</c>.</summary>
    /// <param name="storeOf">Opens the home's images.</param>
    public static Command Allow(Func<ParseResult, ImageStore> storeOf)
    {
        var which = Which(ArgumentArity.ZeroOrOne);
        var digest = new Option<string?>("--digest") { Description = "The same, as an option.", HelpName = "DIGEST" };
        var signer = new Option<string?>("--signer") { Description = "Every image that this publisher signed: its peer id.", HelpName = "PEERID" };
        var withdraw = new Option<bool>("--withdraw") { Description = "What was said of it counts no more." };
        var ask = new Option<bool?>("--ask")
        {
            Description = "Whether the owner wants to be asked about other images: true or false.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var verb = new Command("allow", "Say which images may run here; without arguments, show them.") { which, digest, signer, withdraw, ask };
        verb.SetAction(parsed =>
        {
            var (store, publisher, back) = (storeOf(parsed), parsed.GetValue(signer), parsed.GetValue(withdraw));
            var named = parsed.GetValue(which) ?? parsed.GetValue(digest);
            var asks = parsed.GetResult(ask) is null ? (bool?)null : parsed.GetValue(ask) ?? true;
            if (parsed.GetValue(which) is not null && parsed.GetValue(digest) is not null)
                throw new PeerComputeException(ErrorCode.Usage, "--digest: name one image.");
            if (back && named is null && publisher is null) throw new PeerComputeException(ErrorCode.Usage, "--withdraw: name the image or the signer.");
            var policy = named is null && publisher is null && asks is null ? store.Policy() : store.Decide(policy =>
            {
                if (asks is { } answer) policy = policy with { Ask = answer };
                if (publisher is not null) policy = back ? policy.WithdrawSigner(publisher) : policy.AllowSigner(publisher);
                if (named is null) return policy;
                return back ? policy.Withdraw(Digest(store, named)) : policy.Allow(Digest(store, named));
            });
            Show(parsed, policy);
            return 0;
        });
        return verb;
    }

    /// <summary><c>image refuse</c>.</summary>
    /// <param name="storeOf">Opens the home's images.</param>
    public static Command Refuse(Func<ParseResult, ImageStore> storeOf)
    {
        var which = Which(ArgumentArity.ExactlyOne);
        var verb = new Command("refuse", "Say that an image may not run here, whoever signed it; 'image allow --withdraw' takes that back.") { which };
        verb.SetAction(parsed =>
        {
            var store = storeOf(parsed);
            Show(parsed, store.Decide(policy => policy.Refuse(Digest(store, parsed.GetValue(which)!))));
            return 0;
        });
        return verb;
    }

    /// <summary><c>image pending</c>.</summary>
    /// <param name="storeOf">Opens the home's images.</param>
    public static Command Pending(Func<ParseResult, ImageStore> storeOf)
    {
        var verb = new Command("pending", "List images that jobs wanted and that wait for your word: 'image allow' or 'image refuse'.");
        verb.SetAction(parsed =>
        {
            var pending = storeOf(parsed).Pending();
            Globals.TerminalOf(parsed).Result(() => ImageViews.Json(pending), console => Tables.Rows(
                console, ["digest", "wanted by", "at"],
                pending.Select(static asked => (string[])[asked.Digest, asked.WantedBy, ImageViews.When(asked.At)])));
            return 0;
        });
        return verb;
    }

    /// <summary><c>image sign</c>.</summary>
    /// <param name="storeOf">Opens the home's images.</param>
    public static Command Sign(Func<ParseResult, ImageStore> storeOf)
    {
        var which = new Argument<string>("IMAGE") { Description = "Name or digest of an image that is here." };
        var verb = new Command("sign", "Sign an image with this node's key: who allows this signer takes it.") { which };
        verb.SetAction(parsed =>
        {
            var store = storeOf(parsed);
            var image = store.Find(parsed.GetValue(which)!);
            var key = NodeHome.SignerOf(Globals.HomeOf(parsed));
            var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var signed = store.Sign(image, SignedImage.Sign(key, Hash32.Parse(image.Digest[ImageDigest.Prefix.Length..]), now));
            Globals.TerminalOf(parsed).Result(
                () => ImageViews.Json(signed, store.Policy(), store.LastUseOf(signed)),
                console => Tables.Facts(console, [.. ImageViews.Facts(signed, store.Policy())]));
            return 0;
        });
        return verb;
    }

    private static Argument<string?> Which(ArgumentArity arity)
        => new("DIGEST") { Description = "Digest of an image, or the name of one that is here.", Arity = arity };

    private static string Digest(ImageStore store, string named)
        => named.StartsWith(ImageDigest.Prefix, StringComparison.Ordinal) ? named : store.Find(named).Digest;

    private static void Show(ParseResult parsed, ImagePolicy policy)
        => Globals.TerminalOf(parsed).Result(() => ImageViews.Json(policy), console => Tables.Facts(console, [.. ImageViews.Facts(policy)]));
}
