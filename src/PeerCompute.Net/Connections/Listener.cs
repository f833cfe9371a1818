// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Net.Connections;

/// <summary>TCP sockets and their addresses.</summary>
internal static class Listener
{
    private const int Backlog = 512;

    /// <summary>Opens a listening socket.</summary>
    public static Socket Listen(Multiaddr address)
    {
        if (!address.TryGetTcp(out var host, out var port) || host.Protocol.Kind == MultiaddrKind.Name)
            throw new PeerComputeException(ErrorCode.Usage,
                $"Cannot listen on {address}: give an IP address and a TCP port, for example /ip4/0.0.0.0/tcp/4001.");
        var ip = new IPAddress(host.Value.Span);
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(new IPEndPoint(ip, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new PeerComputeException(ErrorCode.Host, $"Cannot listen on {address}: {Reason(e)}", e);
        }
    }

    /// <summary>Connects to a plain TCP address, from an address of this machine where one is named.</summary>
    public static async Task<Socket> ConnectAsync(Multiaddr address, IPAddress? from, CancellationToken cancel)
    {
        if (!address.TryGetTcp(out var host, out var port))
            throw new PeerComputeException(ErrorCode.Usage, $"Cannot dial {address}: only plain TCP addresses such as /ip4/192.0.2.1/tcp/4001 are supported.");
        try
        {
            var ips = host.Protocol.Kind == MultiaddrKind.Name ? await ResolveAsync(host, cancel).ConfigureAwait(false) : [new IPAddress(host.Value.Span)];
            var socket = new Socket(ips[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (from is not null) socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(ips, port, cancel).ConfigureAwait(false);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (SocketException e)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"Cannot reach {address}: {e.Message}.", e);
        }
    }

    /// <summary>Addresses that others can dial: a wildcard is replaced by the addresses of the interfaces that are up.</summary>
    public static IEnumerable<Multiaddr> Dialable(Socket listener)
    {
        var local = (IPEndPoint)listener.LocalEndPoint!;
        if (!local.Address.Equals(IPAddress.Any) && !local.Address.Equals(IPAddress.IPv6Any)) return [Multiaddr.FromTcp(local.Address, local.Port)];
        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up || i.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Where(a => a.Address.AddressFamily == local.AddressFamily && !a.Address.IsIPv6LinkLocal)
            .Select(a => Multiaddr.FromTcp(a.Address, local.Port));
    }

    private static async Task<IPAddress[]> ResolveAsync(MultiaddrPart host, CancellationToken cancel)
    {
        var family = host.Protocol == MultiaddrProtocol.Dns4 ? AddressFamily.InterNetwork
            : host.Protocol == MultiaddrProtocol.Dns6 ? AddressFamily.InterNetworkV6 : AddressFamily.Unspecified;
        var ips = await Dns.GetHostAddressesAsync(host.Text, family, cancel).ConfigureAwait(false);
        if (ips.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return Array.FindAll(ips, ip => ip.AddressFamily == ips[0].AddressFamily);
    }

    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use. Stop the program that uses it or choose another port.",
        SocketError.AccessDenied => "the system does not allow it. Choose a port above 1023.",
        SocketError.AddressNotAvailable => "no interface of this machine has the address.",
        _ => $"{e.Message}.",
    };
}
