// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Benchmarks;

/// <summary>One measured value.</summary>
internal sealed record Figure(string Name, double Value, string Unit);
