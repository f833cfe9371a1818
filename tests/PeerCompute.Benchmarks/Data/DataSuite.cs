// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Benchmarks.Network;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Benchmarks.Data;

/// <summary>
/// One blob of 1 GiB (<c>--quick</c>: 128 MiB) from one holder and from four, each a process of its own, over loopback: checked, written, flushed. Against the
/// raw secure stream between the same processes, and against what hashing and the disk alone take. Medians of rounds that take turns, a first one aside.
/// </summary>
internal static class DataSuite
{
    private const int Peers = 4;
    private const int Rounds = 3;
    private const double Mebi = 1024 * 1024;

    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        var size = Environment.GetCommandLineArgs().Contains("--quick") ? 128L << 20 : 1L << 30;
        var folder = Directory.CreateTempSubdirectory("pc-data-").FullName;
        try
        {
            await foreach (var figure in RunAsync(folder, size)) yield return figure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async IAsyncEnumerable<Figure> RunAsync(string folder, long size)
    {
        var there = Path.Combine(folder, "there");
        var job = Hash32.Of("job"u8);
        var store = BlobStore.Open(there, 1L << 40, TimeProvider.System);
        var blob = await store.PutAsync(new Zeros(size), new byte[32], WireLimits.BlobBytes);

        var children = Enumerable.Range(0, Peers)
            .Select(i => Child.Start(Environment.ProcessPath!, AppContext.BaseDirectory, DataPeer.Verb, there, $"{i}", job.ToString(), blob.Root.ToString()))
            .ToArray();
        try
        {
            var addresses = new List<Multiaddr>();
            foreach (var child in children) addresses.Add(Multiaddr.Parse((string)(await child.ReadAsync())!));
            await using var host = await Host.StartAsync(new HostOptions { Key = DataPeer.KeyOf(100) });
            foreach (var address in addresses) await host.ConnectAsync(address);
            foreach (var child in children) await NameAsync(child, []);
            var token = Token(job, host.PeerId);

            var rates = new Dictionary<(string What, int Peers), List<double>>();
            List<double> cpu = [], rawCpu = [], floor = [], allocated = [];
            for (var round = 0; round <= Rounds; round++)
            {
                foreach (var peers in (int[])[1, Peers])
                {
                    await NameAsync(children[0], addresses.Skip(1).Take(peers - 1));
                    var before = Cpu(children);
                    Add(("raw", peers), await RawAsync(host, addresses.Take(peers), size));
                    if (peers == 1) rawCpu.Add((Cpu(children) - before) / size * (1L << 30));
                    (before, var bytes) = (Cpu(children), GC.GetTotalAllocatedBytes());
                    Add(("blob", peers), await FetchAsync(host, Path.Combine(folder, "here"), blob, token));
                    if (peers > 1) continue;
                    cpu.Add((Cpu(children) - before) / size * (1L << 30));
                    allocated.Add((GC.GetTotalAllocatedBytes() - bytes) / Mebi / size * (1L << 30));
                }

                var own = Environment.CpuUsage.TotalTime;
                Add(("disk", 1), Written(Path.Combine(folder, "plain"), size));
                Add(("hash", 1), Hashed(size));
                floor.Add((Environment.CpuUsage.TotalTime - own).TotalMilliseconds / size * (1L << 30));
                var watch = Stopwatch.StartNew();
                var put = await store.PutAsync(new Zeros(size), (byte[])[.. new byte[31], 1], WireLimits.BlobBytes);
                Add(("put", 1), size / Mebi / watch.Elapsed.TotalSeconds);
                watch.Restart();
                await store.OpenAsync(put, Stream.Null);
                Add(("open", 1), size / Mebi / watch.Elapsed.TotalSeconds);
                store.Delete(put.Root);
                if (round > 0) continue;
                // Everything is compiled and in memory from here on.
                foreach (var list in (IEnumerable<List<double>>)[.. rates.Values, cpu, rawCpu, floor, allocated]) list.Clear();
            }

            foreach (var peers in (int[])[1, Peers])
            {
                yield return new Figure($"blob from {peers}, checked, written, flushed, against raw streams from {peers}", Median("blob", peers), "MiB/s",
                    Median("raw", peers));
            }

            yield return new Figure("blob from 4, against a raw stream from 1", Median("blob", Peers), "MiB/s", Median("raw", 1));
            yield return new Figure("processor time of both ends per GiB, against the raw stream", Middle(cpu), "ms", Middle(rawCpu), "lower");
            yield return new Figure("the same of hashing, writing and reading the bytes once: the least beyond a raw stream", Middle(floor), "ms",
                null, "lower");
            yield return new Figure("allocated by who fetches, per GiB", Middle(allocated), "MiB", null, "lower");
            yield return new Figure("SHA-256 alone, one core", Median("hash", 1), "MiB/s");
            yield return new Figure("write and flush alone", Median("disk", 1), "MiB/s");
            yield return new Figure("owner: encrypt into the store, flushed", Median("put", 1), "MiB/s");
            yield return new Figure("owner: open and check", Median("open", 1), "MiB/s");

            void Add((string, int) what, double rate)
            {
                if (!rates.TryGetValue(what, out var list)) rates[what] = list = [];
                list.Add(rate);
            }

            double Median(string what, int peers) => Middle(rates[(what, peers)]);
        }
        finally
        {
            foreach (var child in children) await child.DisposeAsync();
        }
    }

    private static async Task NameAsync(Child child, IEnumerable<Multiaddr> others)
    {
        await child.WriteAsync(JsonSerializer.Serialize(others.Select(static a => a.ToString())));
        await child.ReadAsync();
    }

    private static ReadOnlyMemory<byte> Token(Hash32 job, PeerId holder)
    {
        var (lease, now) = (Hash32.Of("lease"u8), (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var header = new Header(new Incarnation(1, 2), 0, BlobToken.ContextOf(job, lease, BlobScope.Inputs, holder), Rules.Hash, now);
        return SignedToken.Sign(DataPeer.KeyOf(0), new BlobToken(header, job, lease, BlobScope.Inputs, holder, now + 3_600_000)).Envelope.Bytes;
    }

    private static async Task<double> FetchAsync(Host host, string folder, BlobRef blob, ReadOnlyMemory<byte> token)
    {
        var store = BlobStore.Open(folder, 1L << 40, TimeProvider.System);
        using var fetcher = new BlobFetcher(host, store, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        var result = await fetcher.FetchAsync(DataPeer.KeyOf(0).PeerId, [blob], token, CancellationToken.None);
        var rate = blob.Size / Mebi / watch.Elapsed.TotalSeconds;
        if (!result.Ok) throw new InvalidDataException(result.Reason);
        store.Delete(blob.Root);
        return rate;
    }

    private static async Task<double> RawAsync(Host host, IEnumerable<Multiaddr> from, long size)
    {
        var peers = from.ToArray();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(peers.Select(async peer =>
        {
            await using var stream = await host.OpenAsync(peer.Peer, DataPeer.Source);
            await stream.WriteAsync(BitConverter.GetBytes(size / peers.Length));
            var buffer = new byte[256 * 1024];
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }));
        return size / Mebi / watch.Elapsed.TotalSeconds;
    }

    private static double Written(string path, long size)
    {
        var chunk = RandomNumberGenerator.GetBytes(WireLimits.ChunkBytes);
        var watch = Stopwatch.StartNew();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            for (var left = size; left > 0; left -= chunk.Length) file.Write(chunk);
            file.Flush(flushToDisk: true);
        }

        var rate = size / Mebi / watch.Elapsed.TotalSeconds;
        using (var file = File.OpenRead(path))
        {
            while (file.Read(chunk) > 0)
            {
            }
        }

        File.Delete(path);
        return rate;
    }

    private static double Hashed(long size)
    {
        var chunk = new byte[WireLimits.ChunkBytes];
        var watch = Stopwatch.StartNew();
        for (var left = size; left > 0; left -= chunk.Length) Hash32.Of(chunk);
        return size / Mebi / watch.Elapsed.TotalSeconds;
    }

    private static double Cpu(Child[] children)
        => (Environment.CpuUsage.TotalTime + children.Aggregate(TimeSpan.Zero, static (sum, c) => sum + c.Cpu)).TotalMilliseconds;

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>As many zeros as wanted.</summary>
    private sealed class Zeros(long left) : Stream
    {

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, left);
            buffer.AsSpan(offset, read).Clear();
            left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
