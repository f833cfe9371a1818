// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Client.Jobs;

/// <summary>What a native program runs in: an image or a host runtime, one of the two.</summary>
/// <param name="Image">Digest of an image, or the name of one that the client's own node has; empty for a host runtime.</param>
/// <param name="Runtime">Host runtime as <c>NAME@VERSION</c>; empty for an image.</param>
/// <param name="Architecture">The processor, for example <c>x64</c>.</param>
public sealed record JobNative(string Image, string Runtime, string Architecture)
{
    /// <summary>Maker of the card that the program is granted, for example <c>nvidia</c>; empty: none.</summary>
    public string Card { get; init; } = "";
}
