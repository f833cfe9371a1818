// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>Fills all memory of a device that is free with zeros: what a program left there that was killed, or that did not clean up.</summary>
internal static class GpuWipe
{
    /// <summary>Smallest piece: pages of cards have 64 KiB to 2 MiB, and drivers give out no less.</summary>
    private const ulong Least = 64 << 10;

    private const int MostPieces = 1 << 16;

    /// <summary>Takes all that can be had, in pieces that get smaller, and keeps each until the end: else the next piece would be the same memory.</summary>
    /// <param name="device">The device; gives all back when it is disposed of.</param>
    /// <returns>Bytes that are zero now.</returns>
    /// <exception cref="GpuException">The driver fails otherwise than for want of memory.</exception>
    public static ulong Run(IGpuDevice device)
    {
        ulong wiped = 0, piece = Math.Max(Least, Math.Min(device.BufferBytes, device.MemoryBytes) / Least * Least);
        for (int pieces = 0; piece >= Least && pieces < MostPieces && wiped < device.MemoryBytes;)
        {
            try
            {
                device.Zeros(piece);
                wiped += piece;
                pieces++;
            }
            catch (GpuException full) when (full.Fault == GpuFault.DeviceMemory)
            {
                piece /= 2;
            }
        }

        return wiped;
    }
}
