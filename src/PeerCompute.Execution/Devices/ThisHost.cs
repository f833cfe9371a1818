// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>This host. Drivers are asked through their own tools in child processes: a driver that hangs or crashes takes no node with it.</summary>
public sealed class ThisHost : IHostDevices
{
    /// <summary>Where Windows puts its tool into its Linux (NVIDIA's guide to CUDA on WSL); a service does not have that folder on its path.</summary>
    private const string OfWindows = "/usr/lib/wsl/lib/nvidia-smi";

    private static string Nvidia => File.Exists(OfWindows) ? OfWindows : "nvidia-smi";

    /// <inheritdoc/>
    public string Proc => "/proc";

    /// <inheritdoc/>
    public string Sys => "/sys";

    /// <inheritdoc/>
    public ValueTask<string?> NvidiaSlicesAsync(CancellationToken cancellation) => HostTool.RunAsync(Nvidia, NvidiaTool.ListArguments, cancellation);

    /// <inheritdoc/>
    public async ValueTask<string?> NvidiaAsync(CancellationToken cancellation)
        => await HostTool.RunAsync(Nvidia, NvidiaTool.Arguments, cancellation).ConfigureAwait(false)
            ?? await HostTool.RunAsync(Nvidia, NvidiaTool.OlderArguments, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<string?> OpenClAsync(CancellationToken cancellation)
        => await HostTool.RunAsync("clinfo", OpenClTool.Arguments, cancellation).ConfigureAwait(false);
}
