// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>How far an import is.</summary>
/// <param name="Layer">The layer that is being unpacked, from 1; the number of layers + 1 while the root is laid out.</param>
/// <param name="Layers">How many there are.</param>
/// <param name="Bytes">Bytes read of this layer.</param>
/// <param name="Size">Its bytes.</param>
public sealed record ImageProgress(int Layer, int Layers, long Bytes, long Size);
