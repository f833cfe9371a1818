// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Runs;

/// <summary>The outputs that two workers gave for one task.</summary>
/// <param name="Task">Task index.</param>
/// <param name="A">One, with its content key.</param>
/// <param name="B">The other.</param>
public sealed record OutputPair(uint Task, BlobRef A, BlobRef B);
