// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images.Oci;

/// <summary>Media types (OCI image specification, media-types.md; Docker image manifest 2.2), those that differ in name only taken for one.</summary>
internal static class OciMedia
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Tar = "application/vnd.oci.image.layer.v1.tar";
    public const string Gzip = Tar + "+gzip";
    public const string Zstandard = Tar + "+zstd";

    /// <summary>A layer that was a plain archive: names that begin with <c>.wh.</c> hide nothing in it. Our own type: docs/images.md.</summary>
    public const string Files = "application/vnd.peercompute.image.files.v1.tar";
    public const string FilesGzip = Files + "+gzip";

    /// <summary>Whether layers of a type are packed with gzip.</summary>
    public static bool IsGzip(string type) => type is Gzip or FilesGzip;

    /// <summary>Whether layers of a type were plain archives.</summary>
    public static bool IsPlain(string type) => type is Files or FilesGzip;

    /// <summary>The name that the OCI has for a type.</summary>
    public static string Plain(string type) => type switch
    {
        "application/vnd.docker.distribution.manifest.list.v2+json" => Index,
        "application/vnd.docker.distribution.manifest.v2+json" => Manifest,
        "application/vnd.docker.container.image.v1+json" => Config,
        "application/vnd.docker.image.rootfs.diff.tar" => Tar,
        "application/vnd.docker.image.rootfs.diff.tar.gzip" => Gzip,
        _ => type,
    };
}
