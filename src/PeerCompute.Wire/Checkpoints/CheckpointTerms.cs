// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Checkpoints;

/// <summary>How checkpoints of a task are taken, beside what <see cref="TaskLimits"/> says of their size and rate.</summary>
/// <param name="Path">Plain name of the folder, in the work folder, that the program writes.</param>
/// <param name="Keep">How many of each task the issuer keeps, 1 to <see cref="KeepMost"/>.</param>
/// <param name="GraceMs">Milliseconds between SIGTERM and the end of the program, at most <see cref="GraceMsMost"/>.</param>
public sealed record CheckpointTerms(string Path, uint Keep, ulong GraceMs)
{
    /// <summary>Most <see cref="Keep"/>.</summary>
    public const uint KeepMost = 4;

    /// <summary>Most <see cref="GraceMs"/>: a minute.</summary>
    public const ulong GraceMsMost = 60_000;

    internal V1.CheckpointTerms ToProto() => new() { Path = Path, Keep = Keep, GraceMs = GraceMs };

    internal static CheckpointTerms From(V1.CheckpointTerms m) => new(
        Canonical.FileName(m.Path, "checkpoint.path"),
        (uint)Canonical.Within(m.Keep, 1, KeepMost, "checkpoint.keep"),
        Canonical.Within(m.GraceMs, 0, GraceMsMost, "checkpoint.grace_ms"));
}
