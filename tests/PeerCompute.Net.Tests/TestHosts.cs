// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Net.Tests;

/// <summary>Hosts over loopback.</summary>
internal static class TestHosts
{
    public const string Echo = "/test/echo/1";

    public static KeyPair Key(byte seed)
    {
        var bytes = new byte[32];
        bytes[0] = seed;
        bytes[31] = 1;
        return KeyPair.FromSeed(bytes);
    }

    public static Task<Host> StartAsync(byte seed, HostLimits? limits = null, bool listen = true, bool inlineMuxer = true) => Host.StartAsync(new HostOptions
    {
        Key = Key(seed),
        Listen = listen ? [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] : [],
        AgentVersion = $"test/{seed}",
        ProtocolVersion = $"family/{seed}",
        Limits = limits ?? new HostLimits(),
        InlineMuxer = inlineMuxer,
    });

    public static async Task<(Host A, Host B)> PairAsync(HostLimits? limits = null, bool inlineMuxer = true)
    {
        var a = await StartAsync(1, limits, listen: false);
        var b = await StartAsync(2, limits, inlineMuxer: inlineMuxer);
        b.Handle(Echo, EchoAsync);
        await b.WaitAsync(PeerEventKind.Connected, () => a.ConnectAsync(b.FullAddress()));
        return (a, b);
    }

    public static Multiaddr FullAddress(this Host host) => host.ListenAddresses[0].WithPeer(host.PeerId);

    public static async Task EchoAsync(PeerStream stream, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;) await stream.WriteAsync(buffer.AsMemory(0, read), cancel);
        await stream.CloseWriteAsync(cancel);
    }

    /// <summary>Waits for an event; the subscription is in place before <paramref name="act"/> runs.</summary>
    public static async Task<PeerEvent> WaitAsync(this Host host, PeerEventKind kind, Func<Task> act)
    {
        var seen = new TaskCompletionSource<PeerEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(PeerEvent e)
        {
            if (e.Kind == kind) seen.TrySetResult(e);
        }

        host.PeerChanged += Take;
        await act();
        var result = await seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
        host.PeerChanged -= Take;
        return result;
    }

    public static async Task<byte[]> ReadToEndAsync(this PeerStream stream)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;) all.Write(buffer, 0, read);
        return all.ToArray();
    }
}
