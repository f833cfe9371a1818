// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Net;

namespace PeerCompute.Benchmarks.Network;

/// <summary>The other end of the network suite, in a process of its own: a host that swallows, and a bare socket that decrypts and swallows.</summary>
internal static class NetworkPeer
{
    public const string Verb = "network-peer";
    public const string Sink = "/perf/sink/1";

    public static async Task<int> RunAsync()
    {
        await using var host = await Host.StartAsync(new HostOptions
        {
            Key = KeyPair.FromSeed(new byte[32]),
            Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")],
            Limits = new HostLimits { Connections = 4096, Upgrading = 1024 },
        });
        host.Handle(Sink, SwallowAsync);
        using var bare = new TcpListener(IPAddress.Loopback, 0);
        bare.Start();
        var accepting = BareAsync(bare);
        var address = host.ListenAddresses[0].WithPeer(host.PeerId);
        Console.WriteLine(JsonSerializer.Serialize(new Addresses(address.ToString(), ((IPEndPoint)bare.LocalEndpoint).Port)));
        await Console.In.ReadLineAsync();
        bare.Stop();
        await accepting;
        return 0;
    }

    private static async Task SwallowAsync(PeerStream stream, CancellationToken cancel)
    {
        var buffer = new byte[256 * 1024];
        while (await stream.ReadAsync(buffer, cancel) > 0)
        {
        }
    }

    /// <summary>What noise frames cost at least: read, decrypt in place, nothing else.</summary>
    private static async Task BareAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                await DecryptAllAsync(socket);
                await socket.SendAsync(new byte[1]);
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private static async Task DecryptAllAsync(Socket socket)
    {
        using var cipher = new ChaChaPoly(new byte[32]);
        var nonce = new byte[ChaChaPoly.NonceLength];
        var buffer = new byte[256 * 1024];
        var have = 0;
        for (int read; (read = await socket.ReceiveAsync(buffer.AsMemory(have))) > 0;)
        {
            have += read;
            var used = 0;
            while (have - used >= NoiseTransport.LengthSize)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(used));
                if (have - used - NoiseTransport.LengthSize < length) break;
                var body = buffer.AsSpan(used + NoiseTransport.LengthSize, length);
                if (!cipher.Decrypt(nonce, body, body[..^ChaChaPoly.TagLength], [])) throw new InvalidDataException("does not authenticate");
                BinaryPrimitives.WriteInt64LittleEndian(nonce.AsSpan(4), BinaryPrimitives.ReadInt64LittleEndian(nonce.AsSpan(4)) + 1);
                used += NoiseTransport.LengthSize + length;
            }

            buffer.AsSpan(used, have - used).CopyTo(buffer);
            have -= used;
        }
    }

    /// <summary>Where the peer listens.</summary>
    public sealed record Addresses(string Host, int BarePort);
}
