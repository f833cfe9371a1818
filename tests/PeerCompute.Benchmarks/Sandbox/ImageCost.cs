// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks.Sandbox;

/// <summary>An image of the host's headers and BusyBox, made by umoci: its import against umoci's unpacking of it, and the start of a program in it.</summary>
internal static class ImageCost
{
    private const int Imports = 3, Runs = 30;
    private const string Make = """
        set -e; cd "$1"; umoci init --layout lay; umoci new --image lay:one; umoci unpack --image lay:one work
        cp -r /usr/include work/rootfs/include; mkdir -p work/rootfs/bin; cp /bin/busybox work/rootfs/bin/true
        umoci repack --image lay:one work; umoci config --image lay:one --config.entrypoint /bin/true
        """;

    /// <summary>Measures in turns; nothing where umoci or BusyBox is missing.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(SandboxOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("bench").FullName;
        try
        {
            return await ShellAsync(Make, folder) ? await MeasureAsync(options, folder) : [];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(SandboxOptions options, string folder)
    {
        List<double> ours = [], theirs = [], inImage = [], onHost = [];
        ImageStore store = null!;
        ImageRecord image = null!;
        for (int i = 0; i < Imports; i++)
        {
            store = new ImageStore(Path.Combine(folder, $"store-{i}"));
            long start = Stopwatch.GetTimestamp();
            image = store.Import(new ImageRequest(Path.Combine(folder, "lay")), null, CancellationToken.None);
            ours.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            bool unpacked = await ShellAsync($"umoci unpack --image \"$1/lay:one\" \"$1/theirs-{i}\"", folder);
            if (!unpacked) throw new SuiteException("umoci cannot unpack its own image");
            theirs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        store.Decide(policy => policy.Allow(image.Digest));
        var executor = new NativeExecutor(options);
        await executor.ProbeAsync(CancellationToken.None);
        NativeRunSpec inside = store.Prepare(image, new NativeRunSpec { Arguments = [] }), host = new() { Arguments = ["/usr/bin/true"] };
        for (int run = 0; run < Runs; run++)
        {
            inImage.Add(await TimeAsync(executor, inside));
            onHost.Add(await TimeAsync(executor, host));
        }

        double imported = NativeStarts.Quantile(ours, 0.5), started = NativeStarts.Quantile(inImage, 0.5);
        long files = Directory.EnumerateFiles(store.RootOf(image), "*", SearchOption.AllDirectories).Count();
        return
        [
            new($"import of an image of {files} files, against umoci's unpacking", imported, "ms", NativeStarts.Quantile(theirs, 0.5), "lower"),
            new("no-op in an image p50, against a host runtime", started, "ms", NativeStarts.Quantile(onHost, 0.5), "lower"),
        ];
    }

    private static async Task<double> TimeAsync(NativeExecutor executor, NativeRunSpec spec)
    {
        long start = Stopwatch.GetTimestamp();
        NativeReport report = await executor.RunAsync(spec, CancellationToken.None);
        return report.Outcome == TaskOutcome.Ok ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new SuiteException(report.Text);
    }

    private static async Task<bool> ShellAsync(string script, string folder)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "sh", folder]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await said;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
