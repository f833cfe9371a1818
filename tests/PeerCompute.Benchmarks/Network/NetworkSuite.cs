// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Yamux;
using PeerCompute.Net;

namespace PeerCompute.Benchmarks.Network;

/// <summary>
/// Secure streams between two processes over loopback: one stream in one direction against bare TCP with the same cipher, processor time of
/// handshakes against that of their cryptography, and rates against js-libp2p where its packages are installed. Medians of rounds that take turns.
/// </summary>
internal static class NetworkSuite
{
    private const int Rounds = 7;
    private const int Bytes = 256 * 1024 * 1024;
    private const double Mebi = 1024 * 1024;
    private static readonly TimeSpan Dialling = TimeSpan.FromSeconds(3);

    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        await using var child = Child.Start(Environment.ProcessPath!, AppContext.BaseDirectory, NetworkPeer.Verb);
        var there = (await child.ReadAsync()).Deserialize<NetworkPeer.Addresses>()!;
        var address = Multiaddr.Parse(there.Host);
        await using var js = await JsPair.TryStartAsync();

        List<double> streams = [], bare = [], theirs = [], streamCpu = [], bareCpu = [];
        await using (var host = await ClientAsync(1))
        {
            await host.ConnectAsync(address);
            await StreamAsync(host, address.Peer);
            for (var i = 0; i < Rounds; i++)
            {
                var begin = Cpu(child);
                streams.Add(await StreamAsync(host, address.Peer));
                var middle = Cpu(child);
                bare.Add(await BareAsync(there.BarePort));
                streamCpu.Add(middle - begin);
                bareCpu.Add(Cpu(child) - middle);
                if (js is not null) theirs.Add(await js.UploadAsync(Bytes));
            }
        }

        yield return new Figure("stream, one direction, against TCP with the cipher", Median(streams), "MiB/s", Median(bare));
        const double perGibi = 1024 * Mebi / Bytes;
        yield return new Figure("stream, processor time of both ends per GiB", perGibi * Median(streamCpu), "ms", perGibi * Median(bareCpu), "lower");
        if (js is not null) yield return new Figure("stream, one direction, against js-libp2p", Median(streams), "MiB/s", Median(theirs));

        await HandshakesAsync(address, 8); // both ends are compiled by then
        foreach (var dialers in new[] { 1, 8 })
        {
            var before = Cpu(child);
            var rate = await HandshakesAsync(address, dialers);
            var cpu = (Cpu(child) - before) / (rate * Dialling.TotalSeconds);
            double? their = js is not null && dialers == 1 ? await js.HandshakesAsync(Dialling) : null;
            yield return new Figure($"handshakes, {dialers} at a time{(their is null ? "" : ", against js-libp2p")}", rate, "1/s", their);
            yield return new Figure($"handshakes, {dialers} at a time, processor time of both ends", 1000 * cpu, "us", 1000 * CryptoHandshake(), "lower");
        }

        await foreach (var figure in GossipRates.RunAsync()) yield return figure;
    }

    private static Task<Host> ClientAsync(byte seed) => Host.StartAsync(new HostOptions { Key = KeyPair.FromSeed([.. new byte[31], seed]) });

    private static async Task<double> StreamAsync(Host host, PeerId peer)
    {
        var chunk = new byte[64 * 1024];
        await using var stream = await host.OpenAsync(peer, NetworkPeer.Sink);
        var watch = Stopwatch.StartNew();
        for (var left = Bytes; left > 0; left -= chunk.Length) await stream.WriteAsync(chunk);
        await stream.CloseWriteAsync();
        if (await stream.ReadAsync(chunk) != 0) throw new InvalidDataException("the sink answered");
        return Bytes / Mebi / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> BareAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port);
        using var cipher = new ChaChaPoly(new byte[32]);
        var nonce = new byte[ChaChaPoly.NonceLength];
        var frame = new byte[NoiseTransport.LengthSize + NoiseTransport.MaxMessage];
        BinaryPrimitives.WriteUInt16BigEndian(frame, NoiseTransport.MaxMessage);
        var watch = Stopwatch.StartNew();
        for (var sent = 0L; sent < Bytes; sent += NoiseTransport.MaxPlaintext)
        {
            var body = frame.AsSpan(NoiseTransport.LengthSize);
            cipher.Encrypt(nonce, body[..NoiseTransport.MaxPlaintext], body, []);
            BinaryPrimitives.WriteInt64LittleEndian(nonce.AsSpan(4), BinaryPrimitives.ReadInt64LittleEndian(nonce.AsSpan(4)) + 1);
            for (var at = 0; at < frame.Length;) at += await socket.SendAsync(frame.AsMemory(at));
        }

        socket.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync(new byte[1]);
        return Bytes / Mebi / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Connections per second, each with handshake, identify both ways and orderly end.</summary>
    private static async Task<double> HandshakesAsync(Multiaddr address, int dialers)
    {
        var hosts = await Task.WhenAll(Enumerable.Range(1, dialers).Select(i => ClientAsync((byte)i)));
        async Task<int> DialAsync(Host host, TimeSpan span)
        {
            var count = 0;
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < span; count++)
            {
                await host.ConnectAsync(address);
                await host.DisconnectAsync(address.Peer);
            }

            return count;
        }

        var counts = await Task.WhenAll(hosts.Select(host => DialAsync(host, Dialling)));
        foreach (var host in hosts) await host.DisposeAsync();
        return counts.Sum() / Dialling.TotalSeconds;
    }

    /// <summary>Milliseconds of processor time that the noise machines of both sides take.</summary>
    private static double CryptoHandshake()
    {
        const int count = 1000;
        var secrets = new Secrets(new byte[32]);
        var (a, b) = (new NoiseIdentity(KeyPair.FromSeed(new byte[32]), secrets), new NoiseIdentity(KeyPair.FromSeed([.. new byte[31], 1]), secrets));
        var begin = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < count; i++)
        {
            using var dialer = NoiseHandshake.Dial(a, secrets, PeerId.None, [YamuxSession.Protocol]);
            using var listener = NoiseHandshake.Listen(b, secrets, [YamuxSession.Protocol]);
            Feed(listener, dialer.TakeOutput());
            Feed(dialer, listener.TakeOutput());
            Feed(listener, dialer.TakeOutput());
            using var one = dialer.TakeTransport();
            using var two = listener.TakeTransport();
        }

        return (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds / count;
    }

    private static void Feed(NoiseHandshake machine, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var take = Math.Min(machine.Wanted, bytes.Length);
            machine.Receive(bytes[..take]);
            bytes = bytes[take..];
        }
    }

    private static double Cpu(Child child) => (Environment.CpuUsage.TotalTime + child.Cpu).TotalMilliseconds;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
