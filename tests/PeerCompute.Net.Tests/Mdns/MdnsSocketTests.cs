// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net.Mdns;

namespace PeerCompute.Net.Tests.Mdns;

[CancelAfter(60_000)]
internal sealed class MdnsSocketTests
{
    [Test]
    public async Task Two_nodes_of_one_machine_find_each_other(CancellationToken cancel)
    {
        await RequireMulticastAsync();
        var (a, b) = (TestHosts.Key(71).PeerId, TestHosts.Key(72).PeerId);
        var atA = new TaskCompletionSource<Multiaddr>();
        var atB = new TaskCompletionSource<Multiaddr>();
        await using var first = Start(a, 4001, (peer, at) => _ = peer == b && atA.TrySetResult(at));
        await using var second = Start(b, 4002, (peer, at) => _ = peer == a && atB.TrySetResult(at));
        Assert.That((await atA.Task.WaitAsync(cancel)).ToString(), Is.EqualTo("/ip4/127.0.0.1/tcp/4002"));
        Assert.That((await atB.Task.WaitAsync(cancel)).ToString(), Is.EqualTo("/ip4/127.0.0.1/tcp/4001"));
    }

    /// <summary>Plain sockets over the loopback interface, on another port: some containers carry no multicast.</summary>
    private static async Task RequireMulticastAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var group = IPAddress.Parse("224.0.0.251");
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, IPAddress.Loopback));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
            await socket.SendToAsync(new byte[1], new IPEndPoint(group, ((IPEndPoint)socket.LocalEndPoint!).Port));
            using var end = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await socket.ReceiveAsync(new byte[1], end.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            Assert.Ignore($"This machine carries no multicast over loopback: {e.Message}");
        }
    }

    private static MdnsSocket Start(PeerId self, int port, Action<PeerId, Multiaddr> found)
    {
        try
        {
            return MdnsSocket.Start(self, [Multiaddr.Parse($"/ip4/127.0.0.1/tcp/{port}")], (peer, addresses) => found(peer, addresses[0]));
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Host)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }
}
