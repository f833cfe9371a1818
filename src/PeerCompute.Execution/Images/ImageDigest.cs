// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Execution.Images;

/// <summary>Digests as images write them: <c>sha256:</c> and 64 hexadecimal digits (OCI image specification, descriptor.md, Digests).</summary>
public static class ImageDigest
{
    /// <summary>What stands in front of the digits.</summary>
    public const string Prefix = "sha256:";

    /// <summary>A digest in words.</summary>
    /// <param name="hash">The hash.</param>
    public static string Text(Hash32 hash) => Prefix + hash;

    /// <summary>Reads a digest, in lower case only, as the specification asks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out Hash32 hash)
    {
        hash = default;
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Hash32.TryParse(text.AsSpan(Prefix.Length), out hash) && text == Text(hash);
    }
}
