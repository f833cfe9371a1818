// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net;

namespace PeerCompute.Node.Tests;

/// <summary>Two connected hosts over loopback.</summary>
internal sealed class HostPair : IAsyncDisposable
{
    public static KeyPair NearKey { get; } = KeyPair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());

    public static KeyPair FarKey { get; } = KeyPair.FromSeed(Enumerable.Repeat((byte)2, 32).ToArray());

    /// <summary>Dialled.</summary>
    public required Host Near { get; init; }

    /// <summary>Listens.</summary>
    public required Host Far { get; init; }

    public static async Task<HostPair> StartAsync()
    {
        var far = await Host.StartAsync(new HostOptions { Key = FarKey, Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] });
        var near = await Host.StartAsync(new HostOptions { Key = NearKey });
        await near.ConnectAsync(far.ListenAddresses[0].WithPeer(far.PeerId));
        return new HostPair { Near = near, Far = far };
    }

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
    }
}
