// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Benchmarks.Data;

/// <summary>
/// A holder of the data suite, in a process of its own: serves the blobs of a store, and a raw stream to compare with. Each line of its input names the
/// other holders that it tells of.
/// </summary>
internal static class DataPeer
{
    public const string Verb = "data-peer";

    /// <summary>Sends as many bytes as the fetcher's first 8 say, without anything else.</summary>
    public const string Source = "/perf/source/1";

    public static KeyPair KeyOf(int index) => KeyPair.FromSeed([.. new byte[31], (byte)(index + 1)]);

    public static async Task<int> RunAsync(string folder, int index, Hash32 job, Hash32 root)
    {
        var store = BlobStore.Open(folder, 1L << 40, TimeProvider.System);
        Check(store, root);
        var gate = new BlobGate(static () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        await using var host = await Host.StartAsync(new HostOptions { Key = KeyOf(index), Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] });
        host.Handle(Protocols.Blob, new BlobServer(store, gate).ServeAsync);
        host.Handle(Source, SendAsync);
        Console.WriteLine(JsonSerializer.Serialize(host.ListenAddresses[0].WithPeer(host.PeerId).ToString()));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var others = JsonSerializer.Deserialize<string[]>(line)!.Select(Multiaddr.Parse).Select(static a => new Contact(a.Peer, [a.WithoutPeer()]));
            gate.Share(job, KeyOf(0).PeerId, [root], [.. others]);
            Console.WriteLine("true");
        }

        return 0;
    }

    /// <summary>What a holder does once in its life, chunk by chunk, when it first serves a blob that an earlier life wrote.</summary>
    private static void Check(BlobStore store, Hash32 root)
    {
        using var chunks = store.OpenChunks(root)!;
        var buffer = new byte[BlobLayout.SealedBytes];
        for (var i = 0; i < chunks.Manifest.Chunks.Length; i++)
        {
            if (!chunks.ReadGood(i, buffer.AsSpan(0, BlobLayout.SealedLength(chunks.Manifest.Size, i)))) throw new InvalidDataException("damaged");
        }
    }

    private static async Task SendAsync(PeerStream stream, CancellationToken cancel)
    {
        var count = new byte[8];
        await stream.ReadExactlyAsync(count, cancel);
        var buffer = new byte[256 * 1024];
        for (var left = BitConverter.ToInt64(count); left > 0; left -= buffer.Length)
            await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel);
        await stream.CloseWriteAsync(cancel);
    }
}
