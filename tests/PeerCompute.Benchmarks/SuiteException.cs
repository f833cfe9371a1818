// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Benchmarks;

/// <summary>A suite cannot be measured here, or measured something wrong: one message for a person.</summary>
internal sealed class SuiteException(string message) : Exception(message);
