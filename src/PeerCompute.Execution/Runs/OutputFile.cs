// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>A file that a task wrote. It lies out of the child's reach until the next task begins or the run is disposed of.</summary>
/// <param name="Name">Its name as the job knows it.</param>
/// <param name="Path">Where it lies on this host.</param>
/// <param name="Size">Bytes.</param>
public sealed record OutputFile(string Name, string Path, long Size);
