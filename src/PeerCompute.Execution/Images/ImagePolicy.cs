// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Execution.Images;

/// <summary>Which images a node's owner lets run: <c>images/allowed.json</c> of a home. To begin with none.</summary>
public sealed record ImagePolicy
{
    /// <summary>Most digests; an owner who needs more asks for each or runs a store per purpose.</summary>
    public const int MostDigests = 1024;

    /// <summary>Most signers.</summary>
    public const int MostSigners = 64;

    /// <summary>Most host runtimes: all stand in the advert.</summary>
    public const int MostRuntimes = WireLimits.AdvertItems;

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        WriteIndented = true,
    };

    /// <summary>Digests of images that may run.</summary>
    public ImmutableArray<string> Digests { get; init; } = [];

    /// <summary>Host runtimes that are offered: names and versions under which jobs may use the host's own programs (/usr), <c>NAME@VERSION</c>.</summary>
    public ImmutableArray<string> Runtimes { get; init; } = [];

    /// <summary>Publishers whose images may run: peer ids in their usual form.</summary>
    public ImmutableArray<string> Signers { get; init; } = [];

    /// <summary>Digests of images that may not run, whoever signed them.</summary>
    public ImmutableArray<string> Refused { get; init; } = [];

    /// <summary>Whether the owner wants to be asked about others.</summary>
    public bool Ask { get; init; }

    /// <summary>Judges an image.</summary>
    /// <param name="image">The image.</param>
    public ImageAnswer Judge(ImageRecord image) => Judge(image.Digest, image.Signers);

    /// <summary>Judges an image.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="signers">Who signed it, as far as is known.</param>
    public ImageAnswer Judge(string digest, IEnumerable<PeerId> signers)
    {
        if (Refused.Contains(digest)) return ImageAnswer.Refused;
        if (Digests.Contains(digest) || signers.Any(signer => Signers.Contains(signer.ToString()))) return ImageAnswer.Allowed;
        return Ask ? ImageAnswer.Ask : ImageAnswer.Refused;
    }

    /// <summary>Allows an image.</summary>
    /// <param name="digest">Its digest.</param>
    public ImagePolicy Allow(string digest)
    {
        if (!ImageDigest.TryParse(digest, out _)) throw Wrong(digest);
        return this with { Digests = Added(Digests, digest, "images are allowed"), Refused = Refused.Remove(digest) };
    }

    /// <summary>Refuses an image, whoever signed it.</summary>
    /// <param name="digest">Its digest.</param>
    public ImagePolicy Refuse(string digest)
    {
        if (!ImageDigest.TryParse(digest, out _)) throw Wrong(digest);
        return this with { Refused = Added(Refused, digest, "images are refused"), Digests = Digests.Remove(digest) };
    }

    /// <summary>Allows every image that a publisher signed.</summary>
    /// <param name="signer">The publisher's peer id.</param>
    public ImagePolicy AllowSigner(string signer)
    {
        var peer = Peer(signer);
        if (Signers.Contains(peer)) return this;
        return Signers.Length < MostSigners ? this with { Signers = Signers.Add(peer) }
            : throw ImageFault.Limit($"{MostSigners} signers are allowed, which is the limit: withdraw one with --withdraw");
    }

    /// <summary>Takes a publisher's leave back.</summary>
    /// <param name="signer">The publisher's peer id.</param>
    public ImagePolicy WithdrawSigner(string signer)
    {
        var peer = Peer(signer);
        return Signers.Contains(peer) ? this with { Signers = Signers.Remove(peer) } : throw ImageFault.NotFound($"signer {peer} is not allowed anyway");
    }

    /// <summary>Takes an image's leave back, or its refusal.</summary>
    /// <param name="digest">Its digest.</param>
    public ImagePolicy Withdraw(string digest) =>
        Digests.Contains(digest) || Refused.Contains(digest) ? this with { Digests = Digests.Remove(digest), Refused = Refused.Remove(digest) }
            : throw ImageFault.NotFound($"image '{Printable.Line(digest, 80)}' is neither allowed nor refused");

    /// <summary>Offers the host's own programs under a name and version.</summary>
    /// <param name="runtime"><c>NAME@VERSION</c>.</param>
    public ImagePolicy Offer(string runtime)
    {
        if (!NativeSemantics.IsRuntime(runtime))
        {
            throw new PeerComputeException(ErrorCode.Usage, $"'{Printable.Line(runtime, 80)}' is no host runtime: write NAME@VERSION, for example "
                + $"debian-12@12.11, each of at most {NativeSemantics.RuntimePartMost} letters, digits and . _ + ~ : -, the name in lower case");
        }

        foreach (string own in new[] { NativeSemantics.OpenClRuntime, NativeSemantics.CudaRuntime, NativeSemantics.CardGrant })
        {
            if (runtime != own && runtime.Split('@')[0] == own.Split('@')[0])
                throw new PeerComputeException(ErrorCode.Usage, $"'{runtime}' is not known: write {own}, which is of GPUs (docs/gpu.md)");
        }

        if (Runtimes.Contains(runtime)) return this;
        return Runtimes.Length < MostRuntimes ? this with { Runtimes = [.. Runtimes.Add(runtime).Order(StringComparer.Ordinal)] }
            : throw ImageFault.Limit($"{MostRuntimes} host runtimes are offered, which is the limit: withdraw one with --withdraw");
    }

    /// <summary>Takes an offer back.</summary>
    /// <param name="runtime"><c>NAME@VERSION</c>.</param>
    public ImagePolicy WithdrawOffer(string runtime) =>
        Runtimes.Contains(runtime) ? this with { Runtimes = Runtimes.Remove(runtime) }
            : throw ImageFault.NotFound($"host runtime '{Printable.Line(runtime, 80)}' is not offered anyway");

    /// <summary>The file's content.</summary>
    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <summary>Reads the file, which the owner may have edited.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="path">Its path, for messages.</param>
    internal static ImagePolicy FromBytes(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            ImagePolicy policy = JsonSerializer.Deserialize<ImagePolicy>(bytes, Form) ?? throw new JsonException("null");
            if (policy.Digests.IsDefault) policy = policy with { Digests = [] };
            if (policy.Runtimes.IsDefault) policy = policy with { Runtimes = [] };
            if (policy.Signers.IsDefault) policy = policy with { Signers = [] };
            if (policy.Refused.IsDefault) policy = policy with { Refused = [] };
            policy = policy.Signers.Aggregate(policy with { Signers = [] }, (so, signer) => so.AllowSigner(signer));
            policy = policy.Refused.Aggregate(policy with { Refused = [] }, (so, digest) => so.Refuse(digest));
            policy = policy.Runtimes.Aggregate(policy with { Runtimes = [] }, (so, runtime) => so.Offer(runtime));
            return policy.Digests.Aggregate(policy with { Digests = [] }, (so, digest) => so.Allow(digest));
        }
        catch (JsonException wrong)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{path}: {wrong.Message}: mend it, or delete it and allow the images again", wrong);
        }
        catch (PeerComputeException wrong) when (wrong.Code != ErrorCode.Home)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{path}: {wrong.Message}", wrong);
        }
    }

    private static ImmutableArray<string> Added(ImmutableArray<string> all, string digest, string what) =>
        all.Contains(digest) ? all : all.Length < MostDigests ? all.Add(digest)
            : throw ImageFault.Limit($"{MostDigests} {what}, which is the limit: withdraw one with 'peercompute image allow --withdraw'");

    private static string Peer(string signer)
    {
        try
        {
            return PeerId.Parse(signer).ToString();
        }
        catch (WireException wrong)
        {
            throw new PeerComputeException(
                ErrorCode.Usage, $"'{Printable.Line(signer, 80)}' is no peer id: 'peercompute id' of the publisher tells it ({wrong.Message})", wrong);
        }
    }

    private static PeerComputeException Wrong(string? digest) => new(
        ErrorCode.Usage, $"'{Printable.Line(digest ?? "", 80)}' is no digest: give sha256: and 64 hexadecimal digits, or the name of an image that is here");
}
