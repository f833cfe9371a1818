// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Images.Oci;

namespace PeerCompute.Execution.Images;

/// <summary>What lies at a path: a layout, or a plain archive.</summary>
/// <param name="Layout">The layout; null for a plain archive.</param>
/// <param name="IsGzip">Whether a plain archive is packed with gzip.</param>
internal sealed record ImageSource(OciLayout? Layout, bool IsGzip)
{
    /// <summary>Whether a plain archive is a zip one.</summary>
    public bool IsZip { get; private init; }

    /// <summary>Looks at it.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="limits">Bounds.</param>
    public static ImageSource Open(string path, ImageLimits limits)
    {
        if (Directory.Exists(path)) return new ImageSource(new OciFolder(path, limits), false);
        FileStream file = File.OpenRead(path);
        OciArchive? archive = null;
        try
        {
            Span<byte> head = stackalloc byte[6];
            int got = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            switch (head[..got])
            {
                // RFC 1952 2.3.1; RFC 8878 3.1.1; the .xz file format 2.1.1.1; bzip2; APPNOTE.TXT 4.3.7
                case [0x1F, 0x8B, ..]: return new ImageSource(null, true);
                case [0x28, 0xB5, 0x2F, 0xFD, ..]: throw Packed("zstd");
                case [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..]: throw Packed("xz");
                case [(byte)'B', (byte)'Z', (byte)'h', ..]: throw Packed("bzip2");
                case [(byte)'P', (byte)'K', 3, 4, ..]: return new ImageSource(null, false) { IsZip = true };
                default: break;
            }

            file.Position = 0;
            archive = OciArchive.TryOpen(file, limits);
            return new ImageSource(archive, false);
        }
        finally
        {
            if (archive is null) file.Dispose();
        }
    }

    private static Base.Errors.PeerComputeException Packed(string how) =>
        ImageFault.Bad($"the file is packed with {how}, which is not offered: give it as tar or tar.gz");
}
