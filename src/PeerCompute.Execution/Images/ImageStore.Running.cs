// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Images;

/// <content>Which images may run, and how.</content>
public sealed partial class ImageStore
{
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
    public NativeRunSpec Prepare(ImageRecord image, NativeRunSpec spec) => SystemOf(image).Apply(spec);

    /// <summary>What programs of an image run in.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>: the owner has not allowed it.</exception>
    public NativeSystem SystemOf(ImageRecord image)
    {
        if (Policy().Judge(image.Digest) != ImageAnswer.Allowed)
        {
            throw new PeerComputeException(
                ErrorCode.Refused, $"image {image.Digest} may not run here: the node's owner can allow it with 'peercompute image allow {image.Digest}'");
        }

        return new NativeSystem { Root = RootOf(image), Program = image.Program };
    }
}
