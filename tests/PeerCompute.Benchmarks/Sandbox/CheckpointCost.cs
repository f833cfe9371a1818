// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Security.Cryptography;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Checkpoints;

namespace PeerCompute.Benchmarks.Sandbox;

/// <summary>
/// What a checkpoint costs its worker: looking at the program's folder and packing it, then bringing what is new of it into the store, encrypted. Against
/// SHA-256 of the same bytes, which nobody gets around.
/// </summary>
internal static class CheckpointCost
{
    private const int Files = 16, FileMebibytes = 4, Rounds = 7;
    private const int Mebibyte = 1 << 20;

    /// <summary>Measures; medians of rounds.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        string folder = Directory.CreateTempSubdirectory("bench").FullName;
        try
        {
            return await MeasureAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(string folder)
    {
        string work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
        string drop = Directory.CreateDirectory(Path.Combine(folder, "drop")).FullName;
        Directory.CreateDirectory(Path.Combine(work, "state"));
        byte[] file = new byte[FileMebibytes * Mebibyte];
        for (int i = 0; i < Files; i++) Fill(work, i, file);
        using HeldFolder held = HeldFolder.Open(work)!;
        var plan = new CheckpointPlan("state", TimeSpan.FromMinutes(1), 1L << 30, drop);
        BlobStore store = BlobStore.Open(Path.Combine(folder, "store"), 1L << 40, TimeProvider.System);
        List<double> hash = [], take = [], first = [], look = [], again = [];
        List<double> bytes = [];
        for (int round = 0; round < Rounds; round++)
        {
            hash.Add(Timed(() => { for (int i = 0; i < Files; i++) SHA256.HashData(file); }));
            var (taker, packer) = (new CheckpointTaker(held, plan), new CheckpointPacker(store));
            take.Add(Timed(taker.TakeLast));
            first.Add(await PackAsync(packer, drop));
            look.Add(Timed(taker.TakeLast)); // nothing has changed
            Fill(work, round, file);
            again.Add(Timed(taker.TakeLast) + await PackAsync(packer, drop));
            bytes.Add(packer.LastBytes / (double)Mebibyte);
        }

        const double all = Files * FileMebibytes;
        string what = $"checkpoint of {all} MiB";
        double least = Median(hash) / all;
        return
        [
            new($"{what}, all new: looking and packing, per MiB", Median(take) / all, "ms", least, "lower"),
            new($"{what}, all new: into the store, per MiB", Median(first) / all, "ms", least, "lower"),
            new($"{what}, {FileMebibytes} MiB changed: both together", Median(again), "ms", Median(hash), "lower"),
            new($"{what}, {FileMebibytes} MiB changed: to be sent", Median(bytes), "MiB", FileMebibytes, "lower"),
            new($"{what}, nothing changed: a look", Median(look), "ms", null, "lower"),
        ];
    }

    private static void Fill(string work, int number, byte[] file)
    {
        Random.Shared.NextBytes(file);
        string path = Path.Combine(work, "state", $"{number % Files}");
        File.WriteAllBytes(path + CheckpointPlan.Unfinished, file);
        File.Move(path + CheckpointPlan.Unfinished, path, overwrite: true);
    }

    private static async Task<double> PackAsync(CheckpointPacker packer, string drop)
    {
        string pack = Directory.GetFiles(drop, "*" + CheckpointPlan.Pack).Single();
        long start = Stopwatch.GetTimestamp();
        await packer.PackAsync(pack, 0, CancellationToken.None);
        double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        File.Delete(pack);
        return taken;
    }

    private static double Timed(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values) => NativeStarts.Quantile(values, 0.5);
}
