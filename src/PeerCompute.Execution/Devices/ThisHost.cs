// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>This host. Drivers are asked through their own tools in child processes: a driver that hangs or crashes takes no node with it.</summary>
public sealed class ThisHost : IHostDevices
{
    /// <inheritdoc/>
    public string Proc => "/proc";

    /// <inheritdoc/>
    public async ValueTask<string?> NvidiaAsync(CancellationToken cancellation)
        => await HostTool.RunAsync("nvidia-smi", NvidiaTool.Arguments, cancellation).ConfigureAwait(false)
            ?? await HostTool.RunAsync("nvidia-smi", NvidiaTool.OlderArguments, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<string?> OpenClAsync(CancellationToken cancellation)
        => await HostTool.RunAsync("clinfo", OpenClTool.Arguments, cancellation).ConfigureAwait(false);
}
