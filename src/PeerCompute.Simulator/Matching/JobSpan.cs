// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>A job of a run, by the run's clock.</summary>
/// <param name="Number">Its number in the run.</param>
/// <param name="From">When it was handed in, microseconds.</param>
/// <param name="To">When it ended; -1 where it did not.</param>
/// <param name="Tasks">How many tasks it has.</param>
/// <param name="Accepted">Whether all of them were done.</param>
internal readonly record struct JobSpan(int Number, long From, long To, int Tasks, bool Accepted);
