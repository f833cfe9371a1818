// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Execution.Images;

namespace PeerCompute.Cli.Output;

/// <summary>Images for people and for programs.</summary>
internal static class ImageViews
{
    /// <summary>An image as JSON.</summary>
    public static JsonObject Json(ImageRecord image, ImagePolicy policy, DateTimeOffset lastUse) => new()
    {
        ["name"] = image.Name,
        ["digest"] = image.Digest,
        ["mayRun"] = Word(policy.Judge(image)),
        ["imported"] = image.Imported.ToString("O", CultureInfo.InvariantCulture),
        ["lastUse"] = lastUse.ToString("O", CultureInfo.InvariantCulture),
        ["fetched"] = image.Fetched,
        ["bytes"] = image.Bytes,
        ["signers"] = Texts(image.Signers.Select(static signer => signer.ToString())),
        ["layers"] = new JsonArray([.. image.Layers.Select(layer => (JsonNode)new JsonObject
        {
            ["digest"] = layer.Digest,
            ["plain"] = layer.IsPlain,
            ["packedBytes"] = layer.PackedBytes,
            ["unpackedBytes"] = layer.UnpackedBytes,
            ["entries"] = layer.Entries,
        })]),
        ["entrypoint"] = Texts(image.Program.Entrypoint),
        ["command"] = Texts(image.Program.Command),
        ["environment"] = Texts(image.Program.Environment),
        ["folder"] = image.Program.Folder,
        ["user"] = image.Program.User,
        ["leftOut"] = image.LeftOut,
        ["stripped"] = image.Stripped,
    };

    /// <summary>An image in words.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(ImageRecord image, ImagePolicy policy)
    {
        yield return ("name", image.Name);
        yield return ("digest", image.Digest);
        yield return ("may run", Word(policy.Judge(image)));
        yield return ("came from", image.Fetched ? "another node" : "");
        foreach (var signer in image.Signers) yield return ("signed by", signer.ToString());
        foreach (var layer in image.Layers)
        {
            yield return ("layer", string.Create(
                CultureInfo.InvariantCulture, $"{layer.Digest}, {layer.PackedBytes} bytes packed, {layer.UnpackedBytes} unpacked, {layer.Entries} entries"));
        }

        yield return ("program", string.Join(' ', image.Program.Entrypoint.Concat(image.Program.Command)));
        yield return ("environment", string.Join(' ', image.Program.Environment));
        yield return ("folder", image.Program.Folder);
        yield return ("user", image.Program.User.Length > 0 ? $"{image.Program.User}, which is not heeded: every program runs as the sandbox's one user" : "");
        yield return ("left out", image.LeftOut > 0 ? $"{image.LeftOut} devices, pipes and the like" : "");
        yield return ("stripped", image.Stripped > 0 ? $"{image.Stripped} files of their set-user or set-group bit" : "");
    }

    /// <summary>What may run, as JSON.</summary>
    public static JsonObject Json(ImagePolicy policy) =>
        new()
        {
            ["digests"] = Texts(policy.Digests),
            ["signers"] = Texts(policy.Signers),
            ["refused"] = Texts(policy.Refused),
            ["runtimes"] = Texts(policy.Runtimes),
            ["ask"] = policy.Ask,
        };

    /// <summary>What may run, in words.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(ImagePolicy policy) =>
    [
        .. policy.Digests.Select(digest => ("allowed", digest)), .. policy.Signers.Select(signer => ("allowed when signed by", signer)),
        .. policy.Refused.Select(digest => ("refused", digest)), .. policy.Runtimes.Select(runtime => ("offered", runtime)),
        ("others", policy.Ask ? "the owner is asked" : "refused"),
    ];

    /// <summary>Images that wait for the owner's word, as JSON.</summary>
    public static JsonArray Json(IEnumerable<PendingImage> pending) => new([.. pending.Select(asked => (JsonNode)new JsonObject
    {
        ["digest"] = asked.Digest,
        ["wantedBy"] = asked.WantedBy,
        ["at"] = asked.At.ToString("O", CultureInfo.InvariantCulture),
    })]);

    /// <summary>A moment for people, in universal time.</summary>
    public static string When(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>An answer in a word.</summary>
    public static string Word(ImageAnswer answer) => answer switch
    {
        ImageAnswer.Allowed => "yes",
        ImageAnswer.Ask => "ask",
        _ => "no",
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
