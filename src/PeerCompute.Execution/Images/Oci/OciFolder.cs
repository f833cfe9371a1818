// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images.Oci;

/// <summary>A layout in a folder.</summary>
/// <param name="folder">The folder.</param>
/// <param name="limits">Bounds.</param>
internal sealed class OciFolder(string folder, ImageLimits limits) : OciLayout(limits)
{
    public override Stream? TryOpen(string path)
    {
        string whole = Path.Combine(folder, path);
        return File.Exists(whole) ? new FileStream(whole, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
    }

    public override void Dispose()
    {
    }
}
