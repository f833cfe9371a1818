// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Images;

/// <content>Which images may run, and how.</content>
public sealed partial class ImageStore
{
    // Where the sandbox has folders of its own; an image's wish for others is void.
    private static readonly string[] Ours = ["HOME=", "TMPDIR="];

    private string PolicyFile => Path.Combine(_folder, "allowed.json");

    /// <summary>Which images may run.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Home"/>: the file is damaged.</exception>
    public ImagePolicy Policy() => Guard(() => File.Exists(PolicyFile) ? ImagePolicy.FromBytes(File.ReadAllBytes(PolicyFile), PolicyFile) : new ImagePolicy());

    /// <summary>Changes which images may run.</summary>
    /// <param name="change">The owner's decision.</param>
    /// <returns>What holds now.</returns>
    public ImagePolicy Decide(Func<ImagePolicy, ImagePolicy> change) => Guard(() =>
    {
        MakeFolder();
        using FileStream held = StoreLock.Take(_folder);
        ImagePolicy policy = change(Policy());
        string temporary = PolicyFile + ".new";
        using (FileStream file = File.Create(temporary))
        {
            file.Write(policy.ToBytes());
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, PolicyFile, overwrite: true);
        FolderSync.Flush(_folder);
        return policy;
    });

    /// <summary>Makes a run one of an image: its root, its environment, its folder, its program.</summary>
    /// <param name="image">The image.</param>
    /// <param name="spec">The run: its arguments take the place of the image's command, its environment goes before the image's.</param>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.Refused"/>: the owner has not allowed it; <see cref="ErrorCode.BadInput"/>: nobody names a program.
    /// </exception>
    public NativeRunSpec Prepare(ImageRecord image, NativeRunSpec spec)
    {
        if (Policy().Judge(image.Digest) != ImageAnswer.Allowed)
        {
            throw new PeerComputeException(
                ErrorCode.Refused, $"image {image.Digest} may not run here: the node's owner can allow it with 'peercompute image allow {image.Digest}'");
        }

        string folder = image.Program.Folder.TrimEnd('/');
        IEnumerable<string> theirs = image.Program.Environment.Where(variable => !Ours.Any(ours => variable.StartsWith(ours, StringComparison.Ordinal)));
        return spec with
        {
            Root = RootOf(image),
            Arguments = image.Program.Arguments(spec.Arguments),
            Environment = [.. theirs, .. spec.Environment],
            StartFolder = spec.StartFolder ?? (folder.Length > 0 ? folder : null),
        };
    }
}
