// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>What a host says about its devices: this host, or a recording of another.</summary>
public interface IHostDevices
{
    /// <summary>The folder of the kernel's process file system.</summary>
    string Proc { get; }

    /// <summary>The folder of the kernel's device file system.</summary>
    string Sys { get; }

    /// <summary>What <c>nvidia-smi -L</c> says: each card, and below it the slices that its owner has made of it (MIG).</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The text; null where there is no such tool or it fails.</returns>
    ValueTask<string?> NvidiaSlicesAsync(CancellationToken cancellation);

    /// <summary>What <c>nvidia-smi</c> says in the form of <see cref="NvidiaTool.Arguments"/>.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The text; null where there is no such tool or it fails.</returns>
    ValueTask<string?> NvidiaAsync(CancellationToken cancellation);

    /// <summary>What <c>clinfo --raw</c> says of OpenCL devices.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The text; null where there is no such tool or it fails.</returns>
    ValueTask<string?> OpenClAsync(CancellationToken cancellation);
}
