// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Execution.Images;

/// <summary>Which images a node's owner lets run: <c>images/allowed.json</c> of a home. To begin with none.</summary>
public sealed record ImagePolicy
{
    /// <summary>Most digests; an owner who needs more asks for each or runs a store per purpose.</summary>
    public const int MostDigests = 1024;

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

    /// <summary>Whether the owner wants to be asked about others.</summary>
    public bool Ask { get; init; }

    /// <summary>Judges an image.</summary>
    /// <param name="digest">Its digest.</param>
    public ImageAnswer Judge(string digest) => Digests.Contains(digest) ? ImageAnswer.Allowed : Ask ? ImageAnswer.Ask : ImageAnswer.Refused;

    /// <summary>Allows an image.</summary>
    /// <param name="digest">Its digest.</param>
    public ImagePolicy Allow(string digest)
    {
        if (!ImageDigest.TryParse(digest, out _)) throw Wrong(digest);
        if (Digests.Contains(digest)) return this;
        return Digests.Length < MostDigests ? this with { Digests = Digests.Add(digest) }
            : throw ImageFault.Limit($"{MostDigests} images are allowed, which is the limit: withdraw one with --withdraw");
    }

    /// <summary>Takes an image's leave back.</summary>
    /// <param name="digest">Its digest.</param>
    public ImagePolicy Withdraw(string digest) =>
        Digests.Contains(digest) ? this with { Digests = Digests.Remove(digest) }
            : throw ImageFault.NotFound($"image '{Printable.Line(digest, 80)}' is not allowed anyway");

    /// <summary>Offers the host's own programs under a name and version.</summary>
    /// <param name="runtime"><c>NAME@VERSION</c>.</param>
    public ImagePolicy Offer(string runtime)
    {
        if (!NativeSemantics.IsRuntime(runtime))
        {
            throw new PeerComputeException(ErrorCode.Usage, $"'{Printable.Line(runtime, 80)}' is no host runtime: write NAME@VERSION, for example "
                + $"debian-12@12.11, each of at most {NativeSemantics.RuntimePartMost} letters, digits and . _ + ~ : -, the name in lower case");
        }

        if (runtime != NativeSemantics.OpenClRuntime && runtime.StartsWith("opencl@", StringComparison.Ordinal))
            throw new PeerComputeException(ErrorCode.Usage, $"the runtime of GPU programs is {NativeSemantics.OpenClRuntime}");
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

    private static PeerComputeException Wrong(string? digest) => new(
        ErrorCode.Usage, $"'{Printable.Line(digest ?? "", 80)}' is no digest: give sha256: and 64 hexadecimal digits, or the name of an image that is here");
}
