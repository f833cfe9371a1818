// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Supervising;

/// <summary>A run to start.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Folder">Everything of it lies there; it goes with the run.</param>
/// <param name="Spec">What all tasks share.</param>
internal sealed record StartMessage(string Key, string Folder, LeaseRunSpec Spec);
