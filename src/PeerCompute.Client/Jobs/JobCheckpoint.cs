// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Client.Jobs;

/// <summary>How checkpoints of a task are taken (docs/job-file.md#checkpoints).</summary>
/// <param name="Path">Plain name of the folder that the program writes.</param>
/// <param name="EveryMs">Milliseconds between two.</param>
/// <param name="Keep">How many of each task are kept.</param>
/// <param name="MaxBytes">Bytes of the files of one together.</param>
/// <param name="GraceMs">Milliseconds between SIGTERM and the end of the program.</param>
public sealed record JobCheckpoint(string Path, ulong EveryMs, uint Keep, ulong MaxBytes, ulong GraceMs);
