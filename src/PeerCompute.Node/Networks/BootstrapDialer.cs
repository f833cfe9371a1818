// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Networks;

/// <summary>Dials the home's bootstrap addresses at the start, and again while nobody is connected.</summary>
/// <param name="host">Dials.</param>
/// <param name="network">The node's network.</param>
/// <param name="addresses">The home's bootstrap addresses.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told once when nobody answers.</param>
internal sealed class BootstrapDialer(Host host, NetworkId network, IReadOnlyList<string> addresses, TimeProvider time, Action<string> log) : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _dialling = Task.CompletedTask;

    /// <summary>Begins to dial.</summary>
    public void Start() => _dialling = DialAsync();

    /// <summary>Dials each address once.</summary>
    /// <param name="host">Dials.</param>
    /// <param name="addresses">Multiaddresses.</param>
    /// <param name="cancel">Ends the dials.</param>
    /// <returns>Each address with its error, empty where it answered.</returns>
    public static async Task<IReadOnlyList<(string Address, string Error)>> DialAsync(Host host, IEnumerable<string> addresses, CancellationToken cancel)
        => await Task.WhenAll(addresses.Select(address => DialAsync(host, address, cancel))).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _dialling.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static async Task<(string Address, string Error)> DialAsync(Host host, string address, CancellationToken cancel)
    {
        try
        {
            await host.ConnectAsync(Multiaddr.Parse(address), cancel).ConfigureAwait(false);
            return (address, "");
        }
        catch (Exception e) when (e is PeerComputeException or WireException)
        {
            return (address, e.Message);
        }
    }

    private async Task DialAsync()
    {
        try
        {
            for (var first = true; ; first = false)
            {
                if (host.Peers.Count == 0)
                {
                    var dialled = await DialAsync(host, addresses, _stop.Token).ConfigureAwait(false);
                    if (first && dialled.All(static d => d.Error.Length > 0)) log(BootstrapReport.Text(network, dialled, lan: false));
                }

                if (addresses.Count == 0) return;
                await Task.Delay(Again, time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops.
        }
    }
}
