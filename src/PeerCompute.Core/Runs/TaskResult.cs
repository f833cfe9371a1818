// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Runs;

/// <summary>What came out of one task.</summary>
/// <param name="Task">Task index.</param>
/// <param name="OutputHash">SHA-256 of the task's bundle.</param>
/// <param name="Blob">The encrypted bundle in the store; null for a confirmation, which keeps nothing.</param>
/// <param name="Size">Plain bytes of the bundle.</param>
/// <param name="Fuel">Fuel used.</param>
/// <param name="RunMs">Wall milliseconds.</param>
/// <param name="Fault">Empty when the program ended with exit code 0, else what the program did wrong, for people.</param>
public sealed record TaskResult(uint Task, Hash32 OutputHash, BlobRef? Blob, ulong Size, ulong Fuel, ulong RunMs, string Fault)
{
    /// <summary>Milliseconds on processors; 0 where they were not measured.</summary>
    public ulong CpuMs { get; init; }

    /// <summary>Most memory held at once, bytes; 0 where it was not measured.</summary>
    public ulong PeakMemoryBytes { get; init; }
}
