// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Commands;

/// <summary><c>image</c>: root file systems that native programs run in (docs/images.md). They lie in the home; no daemon is needed.</summary>
internal static class ImageVerbs
{
    private static readonly Argument<string> Image = new("IMAGE") { Description = "Name or digest of an image that is here." };

    /// <summary>The verb.</summary>
    public static Command Make() => new("image", "Import images of programs and say which may run.")
    {
        ImportVerb(),
        List(),
        One("show", "Show an image.", static (store, reference) => store.Find(reference)),
        One("remove", "Remove an image, and the layers that no other has.", static (store, reference) => store.Remove(reference)),
        ImageLeaveVerbs.Allow(StoreOf),
        ImageLeaveVerbs.Refuse(StoreOf),
        ImageLeaveVerbs.Pending(StoreOf),
        ImageLeaveVerbs.Sign(StoreOf),
        HostRuntimeVerb.Make(StoreOf),
    };

    private static Command ImportVerb()
    {
        var path = new Argument<string>("PATH") { Description = "OCI image layout (folder or tar), or a tar, tar.gz or zip archive of files." };
        var name = new Option<string?>("--name") { Description = "Its name here (default: after the path).", HelpName = "NAME" };
        var reference = new Option<string?>("--reference") { Description = "Which image of a layout that holds several.", HelpName = "NAME" };
        var below = new Option<string?>("--base") { Description = "For an archive of files: the image that they are laid over.", HelpName = "IMAGE" };
        var verb = new Command("import", "Import an image, wholly or not at all.") { path, name, reference, below };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var request = new ImageRequest(Path.GetFullPath(parsed.GetValue(path)!))
            {
                Name = parsed.GetValue(name),
                Reference = parsed.GetValue(reference),
                Base = parsed.GetValue(below),
            };
            var store = StoreOf(parsed);
            var image = await Task.Run(() => store.Import(request, new ImageWatch(terminal), token), token);
            terminal.Progress("");
            terminal.Result(
                () => ImageViews.Json(image, store.Policy(), store.LastUseOf(image)),
                console => Tables.Facts(console, [.. ImageViews.Facts(image, store.Policy())]));
            return 0;
        });
        return verb;
    }

    private static Command List()
    {
        var verb = new Command("list", "List the images that are here.");
        verb.SetAction(parsed =>
        {
            var store = StoreOf(parsed);
            var (images, policy) = (store.List(), store.Policy());
            var views = images.Select(image => ImageViews.Json(image, policy, store.LastUseOf(image)));
            Globals.TerminalOf(parsed).Result(() => new JsonArray([.. views]), console => Tables.Rows(
                console,
                ["name", "digest", "layers#", "MiB#", "may run", "last use"],
                images.Select(image => (string[])
                [
                    image.Name, image.Digest, Tables.Number((ulong)image.Layers.Count), Tables.Number((ulong)image.Bytes >> 20),
                    ImageViews.Word(policy.Judge(image)), ImageViews.When(store.LastUseOf(image)),
                ])));
            return 0;
        });
        return verb;
    }

    private static Command One(string name, string description, Func<ImageStore, string, ImageRecord> act)
    {
        var verb = new Command(name, description) { Image };
        verb.SetAction(parsed =>
        {
            var store = StoreOf(parsed);
            var used = store.LastUseOf(store.Find(parsed.GetValue(Image)!));
            var image = act(store, parsed.GetValue(Image)!);
            Globals.TerminalOf(parsed).Result(
                () => ImageViews.Json(image, store.Policy(), used), console => Tables.Facts(console, [.. ImageViews.Facts(image, store.Policy())]));
            return 0;
        });
        return verb;
    }

    private static ImageStore StoreOf(ParseResult parsed)
    {
        var home = Globals.HomeOf(parsed);
        if (!NodeHome.Exists(home))
            throw new PeerComputeException(ErrorCode.Home, $"{home} is no node's home: run 'peercompute init' first, or name another with --home.");
        return new ImageStore(NodeHome.ImagesOf(home));
    }
}
