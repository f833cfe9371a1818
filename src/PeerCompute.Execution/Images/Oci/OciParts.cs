// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>Parts of one image wherever they lie, as a layout without an index.</summary>
/// <param name="open">Opens a part by its digest; null where it is not there.</param>
/// <param name="limits">Bounds.</param>
internal sealed class OciParts(Func<Hash32, Stream?> open, ImageLimits limits) : OciLayout(limits)
{
    /// <summary>Descriptor of a manifest that is known by digest and length.</summary>
    public static OciDescriptor Manifest(Hash32 digest, long size) => new(OciMedia.Manifest, digest, size);

    public override Stream? TryOpen(string path) =>
        Hash32.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), out Hash32 digest) ? open(digest) : null;

    public override void Dispose()
    {
    }
}
