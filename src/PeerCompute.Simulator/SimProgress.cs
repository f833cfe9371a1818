// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>How far a run is.</summary>
/// <param name="VirtualMicros">Virtual time so far.</param>
/// <param name="EndMicros">When the run ends at the latest.</param>
/// <param name="Events">Events so far.</param>
/// <param name="JobsEnded">Jobs that have ended.</param>
/// <param name="Jobs">Jobs of the scenario.</param>
public sealed record SimProgress(long VirtualMicros, long EndMicros, long Events, int JobsEnded, int Jobs);
