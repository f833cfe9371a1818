// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Images;

namespace PeerCompute.Execution.Native;

/// <summary>What a native program runs in: an image's root with its wishes, or the host's own programs.</summary>
public sealed record NativeSystem
{
    // Where the sandbox has folders of its own; an image's wish for others is void.
    private static readonly string[] Ours = ["HOME=", "TMPDIR="];

    /// <summary>The host's own programs (/usr), under whatever name their owner offers them.</summary>
    public static NativeSystem OfHost { get; } = new();

    /// <summary>The folder that becomes the root, only to be read; null: the host's own programs.</summary>
    public string? Root { get; init; }

    /// <summary>How its program is started, where it has one.</summary>
    public ImageProgram Program { get; init; } = new();

    /// <summary>The device on which GPU programs run (docs/gpu.md); null: programs are files of the system.</summary>
    public Device? Device { get; init; }

    /// <summary>The card that programs of the system are granted; null: none.</summary>
    public Device? Card { get; init; }

    /// <summary>Makes a run one in this system: its root, its environment, its folder, its program.</summary>
    /// <param name="spec">The run: its arguments take the place of the system's command, its environment goes before the system's.</param>
    /// <exception cref="Base.Errors.PeerComputeException"><see cref="Base.Errors.ErrorCode.BadInput"/>: nobody names a program.</exception>
    public NativeRunSpec Apply(NativeRunSpec spec)
    {
        string folder = Program.Folder.TrimEnd('/');
        IEnumerable<string> theirs = Program.Environment.Where(variable => !Ours.Any(ours => variable.StartsWith(ours, StringComparison.Ordinal)));
        return spec with
        {
            Root = Root,
            Arguments = Program.Arguments(spec.Arguments),
            Environment = [.. theirs, .. spec.Environment],
            StartFolder = spec.StartFolder ?? (folder.Length > 0 ? folder : null),
        };
    }
}
