// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>A rule that was broken.</summary>
/// <param name="AtMicros">When, microseconds of the run.</param>
/// <param name="Rule">Which rule.</param>
/// <param name="Text">What happened.</param>
public sealed record Violation(long AtMicros, string Rule, string Text);
