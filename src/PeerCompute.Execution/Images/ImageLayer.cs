// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>A layer of an image, for those who ask.</summary>
/// <param name="Digest">Digest of it as it was packed.</param>
/// <param name="IsPlain">Whether it was a plain archive: names that begin with <c>.wh.</c> then hide nothing.</param>
/// <param name="PackedBytes">Its size as it was packed.</param>
/// <param name="UnpackedBytes">Its archive's size unpacked.</param>
/// <param name="Entries">Its entries.</param>
public sealed record ImageLayer(string Digest, bool IsPlain, long PackedBytes, long UnpackedBytes, int Entries)
{
    /// <summary>Its folder in the store.</summary>
    internal string Folder => (IsPlain ? "plain-" : "") + Digest[ImageDigest.Prefix.Length..];
}
