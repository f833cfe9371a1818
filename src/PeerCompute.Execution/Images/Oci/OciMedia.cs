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
