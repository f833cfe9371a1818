// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Common;

/// <summary>
/// Semantics id of native programs, <c>native-1/PROCESSOR/ROOT</c>: the rules of docs/execution.md, the processor that it is for, and the root file system that
/// it runs in. A root is an image by its digest, or a host runtime by name and version: equal ids, equal programs and libraries. A program that is granted a
/// graphics card names its maker behind the processor: <c>native-1/x64+nvidia/ROOT</c>.
/// </summary>
public sealed record NativeSemantics
{
    /// <summary>What every such id begins with; the number changes with the rules.</summary>
    public const string Prefix = "native-1/";

    /// <summary>What the digest of an image begins with (OCI image specification, descriptor.md).</summary>
    public const string ImagePrefix = "sha256:";

    /// <summary>The host runtime whose programs are GPU programs for any device of OpenCL (docs/gpu.md); its name has no other version.</summary>
    public const string OpenClRuntime = "opencl@1";

    /// <summary>The host runtime whose programs are GPU programs in PTX, for cards of NVIDIA (docs/gpu.md).</summary>
    public const string CudaRuntime = "cuda@1";

    /// <summary>No runtime, but the owner's word that a card may be granted to programs of images and host runtimes.</summary>
    public const string CardGrant = "gpu@1";

    /// <summary>Most characters of a host runtime's name, and of its version: an id of one fits into <see cref="WireLimits.LabelBytes"/>.</summary>
    public const int RuntimePartMost = 24;

    /// <summary>Processors that have a name here, as adverts name them.</summary>
    public static readonly string[] Architectures = ["x64", "arm64"];

    /// <summary>Makers of cards that can be granted; a program for one cannot use another's.</summary>
    public static readonly string[] Cards = ["nvidia", "amd", "intel"];

    private NativeSemantics(string architecture, string card, string root) => (Architecture, Card, Root) = (architecture, card, root);

    /// <summary>The processor, one of <see cref="Architectures"/>.</summary>
    public string Architecture { get; }

    /// <summary>Whose card the program is granted, one of <see cref="Cards"/>; empty: none, or that of its runtime.</summary>
    public string Card { get; }

    /// <summary><c>sha256:</c> and 64 hexadecimal digits, or <c>NAME@VERSION</c>.</summary>
    public string Root { get; }

    /// <summary>Whether the root is an image; else it is a host runtime.</summary>
    public bool IsImage => Root.StartsWith(ImagePrefix, StringComparison.Ordinal);

    /// <summary>Whether the program is a GPU program: data, not a file of the root.</summary>
    public bool IsGpuProgram => IsGpuRuntime(Root);

    /// <summary>Whether the program has the device of the node that others may use, of which there is one.</summary>
    public bool UsesDevice => IsGpuProgram || Card.Length > 0;

    /// <summary>Whether a semantics id claims to be one of native programs.</summary>
    /// <param name="id">Any semantics id.</param>
    /// <returns>True where it begins like one.</returns>
    public static bool Is(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The id of a root on a processor.</summary>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <param name="root">An image's digest, or a host runtime as <c>NAME@VERSION</c>.</param>
    /// <param name="card">One of <see cref="Cards"/>, for a program that is granted one; a GPU program names none.</param>
    /// <returns>The id; null where a part has not its form.</returns>
    public static NativeSemantics? Of(string architecture, string root, string card = "")
    {
        var known = Array.IndexOf(Architectures, architecture) >= 0 && (card.Length == 0 || (Array.IndexOf(Cards, card) >= 0 && !IsGpuRuntime(root)));
        return known && (IsDigest(root) || IsRuntime(root)) ? new NativeSemantics(architecture, card, root) : null;
    }

    /// <summary>Reads an id.</summary>
    /// <param name="id">The text.</param>
    /// <returns>The id; null where the text is none.</returns>
    public static NativeSemantics? TryParse(string id)
    {
        if (!Is(id)) return null;
        var rest = id[Prefix.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return null;
        var plus = rest.AsSpan(0, slash).IndexOf('+');
        if (plus == slash - 1) return null; // a card without a name has one spelling: none
        return plus < 0 ? Of(rest[..slash], rest[(slash + 1)..]) : Of(rest[..plus], rest[(slash + 1)..], rest[(plus + 1)..slash]);
    }

    /// <summary>Whether a text is the digest of an image, in lower case.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True where it is one.</returns>
    public static bool IsDigest(string text)
        => text.StartsWith(ImagePrefix, StringComparison.Ordinal) && Hash32.TryParse(text.AsSpan(ImagePrefix.Length), out var hash)
            && text == ImagePrefix + hash;

    /// <summary>Whether a text names a host runtime: name and version, each of at most <see cref="RuntimePartMost"/> letters, digits and <c>. _ + ~ : -</c>,
    /// the first a letter or digit; a name has no capital letters and none of <c>+ ~ :</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True where it names one.</returns>
    public static bool IsRuntime(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && Part(text.AsSpan(0, at), "._-", capitals: false) && Part(text.AsSpan(at + 1), "._+~:-", capitals: true);
    }

    /// <summary>Whether a root is a runtime of GPU programs.</summary>
    /// <param name="root">The root.</param>
    public static bool IsGpuRuntime(string root) => root is OpenClRuntime or CudaRuntime;

    /// <inheritdoc/>
    public override string ToString() => Card.Length == 0 ? $"{Prefix}{Architecture}/{Root}" : $"{Prefix}{Architecture}+{Card}/{Root}";

    internal static NativeSemantics? Optional(string id, string field)
        => id.Length == 0 ? null : TryParse(id) ?? throw new WireException(field, $"is not {Prefix}PROCESSOR/ROOT");

    internal static string Checked(string id, string field)
    {
        Canonical.Text(id, WireLimits.NameBytes, field);
        if (Is(id)) Optional(id, field);
        return id;
    }

    private static bool Part(ReadOnlySpan<char> part, ReadOnlySpan<char> marks, bool capitals)
    {
        if (part.Length is 0 or > RuntimePartMost || !char.IsAsciiLetterOrDigit(part[0])) return false;
        foreach (var c in part)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || marks.Contains(c) || (capitals && char.IsAsciiLetterUpper(c)))) return false;
        }

        return capitals || !char.IsAsciiLetterUpper(part[0]);
    }
}
