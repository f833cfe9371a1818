// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>
/// A recording of another host's devices: a folder with <c>proc/cpuinfo</c>, <c>sys</c>, <c>nvidia-smi.csv</c>, <c>nvidia-smi-L.txt</c> and
/// <c>clinfo.txt</c>, each of which may be missing. For tests, and to look at what a user sends in; cores and memory stay this host's.
/// </summary>
/// <param name="folder">The folder.</param>
public sealed class RecordedHost(string folder) : IHostDevices
{
    /// <inheritdoc/>
    public string Proc => Path.Combine(folder, "proc");

    /// <inheritdoc/>
    public string Sys => Path.Combine(folder, "sys");

    /// <inheritdoc/>
    public ValueTask<string?> NvidiaSlicesAsync(CancellationToken cancellation) => ReadAsync("nvidia-smi-L.txt", cancellation);

    /// <inheritdoc/>
    public ValueTask<string?> NvidiaAsync(CancellationToken cancellation) => ReadAsync("nvidia-smi.csv", cancellation);

    /// <inheritdoc/>
    public ValueTask<string?> OpenClAsync(CancellationToken cancellation) => ReadAsync("clinfo.txt", cancellation);

    private async ValueTask<string?> ReadAsync(string name, CancellationToken cancellation)
    {
        string file = Path.Combine(folder, name);
        return File.Exists(file) ? await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false) : null;
    }
}
