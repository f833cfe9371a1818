// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net;

namespace PeerCompute.Node.Networks;

/// <summary>Dials addresses once, for a person who waits for the outcome.</summary>
internal static class BootstrapDialer
{
    /// <summary>Dials each address once.</summary>
    /// <param name="host">Dials.</param>
    /// <param name="addresses">Multiaddresses.</param>
    /// <param name="cancel">Ends the dials.</param>
    /// <returns>Each address with its error, empty where it answered.</returns>
    public static async Task<IReadOnlyList<(string Address, string Error)>> DialAsync(Host host, IEnumerable<string> addresses, CancellationToken cancel)
        => await Task.WhenAll(addresses.Select(address => DialAsync(host, address, cancel))).ConfigureAwait(false);

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
}
