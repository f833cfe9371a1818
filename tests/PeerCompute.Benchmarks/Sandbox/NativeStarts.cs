// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks.Sandbox;

/// <summary>The start of a native no-op behind every wall, against the same namespaces by bubblewrap alone, and by runc where it runs here.</summary>
internal static class NativeStarts
{
    private const int Runs = 40;
    private const string NoOp = "/usr/bin/true";

    /// <summary>Measures in turns, so that a busy machine is as busy for each.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(SandboxOptions options)
    {
        var executor = new NativeExecutor(options);
        await executor.ProbeAsync(CancellationToken.None);
        var spec = new NativeRunSpec { Arguments = [NoOp] };
        string bundle = Directory.CreateTempSubdirectory("runc").FullName;
        bool runc = File.Exists("/usr/sbin/runc") && await MakeBundleAsync(bundle) && await ProgramAsync(Runc(bundle)) == 0;
        List<double> ours = [], bare = [], oci = [];
        for (int run = 0; run < Runs; run++)
        {
            ours.Add(await TimeAsync(async () => (await executor.RunAsync(spec, CancellationToken.None)).Outcome == TaskOutcome.Ok));
            bare.Add(await TimeAsync(async () => await ProgramAsync(Bare()) == 0));
            if (runc) oci.Add(await TimeAsync(async () => await ProgramAsync(Runc(bundle)) == 0));
        }

        Directory.Delete(bundle, recursive: true);
        List<Figure> figures =
        [
            new("native no-op p50, against bare bubblewrap", Quantile(ours, 0.5), "ms", Quantile(bare, 0.5), "lower"),
            new("native no-op p95, against bare bubblewrap", Quantile(ours, 0.95), "ms", Quantile(bare, 0.95), "lower"),
        ];
        if (runc) figures.Add(new Figure("native no-op p50, against runc", Quantile(ours, 0.5), "ms", Quantile(oci, 0.5), "lower"));
        return figures;
    }

    /// <summary>The value that a share of all values is no larger than.</summary>
    public static double Quantile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)((sorted.Length - 1) * share)];
    }

    private static string[] Bare() =>
    [
        "bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
        "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", NoOp,
    ];

    private static string[] Runc(string bundle) => ["runc", "run", "--bundle", bundle, "bench-" + Path.GetRandomFileName()];

    /// <summary>A bundle with runc's own default configuration: the host's /usr, no terminal.</summary>
    private static async Task<bool> MakeBundleAsync(string bundle)
    {
        if (await ProgramAsync("runc", "spec", "--bundle", bundle) != 0) return false;
        string root = Directory.CreateDirectory(Path.Combine(bundle, "rootfs")).FullName, file = Path.Combine(bundle, "config.json");
        foreach (string folder in (string[])["usr", "proc", "dev", "sys"]) Directory.CreateDirectory(Path.Combine(root, folder));
        foreach (string folder in (string[])["bin", "lib", "lib64"]) File.CreateSymbolicLink(Path.Combine(root, folder), "usr/" + folder);
        string config = await File.ReadAllTextAsync(file);
        config = config.Replace("\"terminal\": true", "\"terminal\": false", StringComparison.Ordinal)
            .Replace("\"sh\"", $"\"{NoOp}\"", StringComparison.Ordinal)
            .Replace("\"mounts\": [", "\"mounts\": [{\"destination\":\"/usr\",\"source\":\"/usr\",\"type\":\"bind\",\"options\":[\"bind\",\"ro\"]},",
                StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, config);
        return true;
    }

    private static async Task<double> TimeAsync(Func<Task<bool>> run)
    {
        long start = Stopwatch.GetTimestamp();
        if (!await run()) throw new InvalidOperationException("a no-op failed");
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<int> ProgramAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(arguments[0], arguments[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
