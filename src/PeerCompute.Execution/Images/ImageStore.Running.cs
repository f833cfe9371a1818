// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Images;

/// <content>Which images may run, and how.</content>
public sealed partial class ImageStore
{
    private readonly Lock _noting = new();

    private string PendingFile => Path.Combine(_folder, "pending.json");

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
        using FileStream held = StoreLock.Take(_folder, "allowed.lock");
        ImagePolicy policy = change(Policy());
        Replace(PolicyFile, policy.ToBytes());
        return policy;
    });

    /// <summary>Images that jobs wanted and whose owner wants to be asked, the one that was wanted last at the end; those decided meanwhile left out.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Home"/>: the file is damaged.</exception>
    public IReadOnlyList<PendingImage> Pending() => Guard<IReadOnlyList<PendingImage>>(() =>
    {
        if (!File.Exists(PendingFile)) return [];
        ImagePolicy policy = Policy();
        IReadOnlyList<ImageRecord> here = List();
        return [.. PendingImage.FromBytes(File.ReadAllBytes(PendingFile), PendingFile).Where(asked => Answer(asked.Digest) == ImageAnswer.Ask)];

        ImageAnswer Answer(string digest) => policy.Judge(digest, here.FirstOrDefault(image => image.Digest == digest)?.Signers ?? []);
    });

    /// <summary>Notes that a job wants an image whose owner wants to be asked. Only a running node does; the oldest gives way to the newest.</summary>
    /// <param name="asked">The image, and who wants it.</param>
    public void Note(PendingImage asked) => Guard(() =>
    {
        MakeFolder();
        lock (_noting)
        {
            IEnumerable<PendingImage> others = Pending().Where(other => other.Digest != asked.Digest).TakeLast(PendingImage.Most - 1);
            Replace(PendingFile, PendingImage.ToBytes([.. others, asked]));
        }

        return true;
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
        if (Policy().Judge(image) != ImageAnswer.Allowed)
        {
            throw new PeerComputeException(
                ErrorCode.Refused, $"image {image.Digest} may not run here: the node's owner can allow it with 'peercompute image allow {image.Digest}'");
        }

        Guard(() =>
        {
            File.SetLastWriteTimeUtc(RecordOf(image.Digits), DateTime.UtcNow); // what LastUseOf reads
            return true;
        });
        return new NativeSystem { Root = RootOf(image), Program = image.Program };
    }

    private void Replace(string path, byte[] bytes)
    {
        string temporary = path + ".new";
        using (FileStream file = File.Create(temporary))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(_folder);
    }
}
