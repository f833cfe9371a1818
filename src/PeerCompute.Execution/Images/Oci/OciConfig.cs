// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>An image's configuration (OCI image specification, config.md): what we use of it.</summary>
/// <param name="Platform">System and processor, such as <c>linux/amd64</c>.</param>
/// <param name="DiffIds">Hashes of its layers unpacked, the lowest first.</param>
/// <param name="Program">How its program is started.</param>
internal sealed record OciConfig(string Platform, IReadOnlyList<Hash32> DiffIds, ImageProgram Program)
{
    private const int MostTexts = 1024;
    private const int MostLength = 1 << 15;

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="limits">Bounds.</param>
    public static OciConfig Read(ReadOnlyMemory<byte> bytes, ImageLimits limits)
    {
        JsonElement root = OciJson.Parse(bytes, "the image's configuration");
        JsonElement files = OciJson.Object(root, "rootfs") ?? throw ImageFault.Bad("the image's configuration has no rootfs: make the image again");
        if (OciJson.Text(files, "type") != "layers") throw ImageFault.Bad("rootfs.type must be 'layers': make the image again");
        List<Hash32> ids = [];
        foreach (string text in OciJson.Texts(files, "diff_ids", limits.Layers))
        {
            if (!ImageDigest.TryParse(text, out Hash32 id))
                throw ImageFault.Bad($"diff id '{Printable.Line(text, 80)}' must be sha256: and 64 hexadecimal digits");
            ids.Add(id);
        }

        var program = new ImageProgram();
        if (OciJson.Object(root, "config") is { } run)
        {
            program = new ImageProgram
            {
                Environment = OciJson.Texts(run, "Env", MostTexts, MostLength),
                Entrypoint = OciJson.Texts(run, "Entrypoint", MostTexts, MostLength),
                Command = OciJson.Texts(run, "Cmd", MostTexts, MostLength),
                Folder = OciJson.Text(run, "WorkingDir"),
                User = OciJson.Text(run, "User"),
            };
            program.Check();
        }

        return new OciConfig($"{OciJson.Text(root, "os")}/{OciJson.Text(root, "architecture")}", ids, program);
    }
}
