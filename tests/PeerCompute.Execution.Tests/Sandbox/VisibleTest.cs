// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Supervising;

namespace PeerCompute.Execution.Tests.Sandbox;

/// <summary>What other users of the host can read of a job while it runs, in command lines and environments.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class VisibleTest
{
    /// <summary>In everything that is a job's: folders, names of files, arguments, names and values of its environment.</summary>
    private const string Mark = "VISIBLE";

    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        _folder = Directory.CreateTempSubdirectory("seen").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = "";
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Nothing_of_a_WebAssembly_job_is_seen_in_lists_of_processes(bool supervised)
    {
        using var executor = new WasmExecutor(Children.Walled);
        var direct = new DirectHost(executor);
        var options = new SupervisorOptions { Folder = Path.Combine(_folder, "runs"), Command = Children.Walled.Command };
        await using IRunHost host = supervised ? await SupervisedHost.OpenAsync(options, direct, default) : direct;
        string work = Directory.CreateDirectory(Path.Combine(_folder, Mark)).FullName, input = Path.Combine(work, "input");
        await File.WriteAllTextAsync(input, "in");
        var spec = new LeaseRunSpec
        {
            ModulePath = Samples.Misc("loop"),
            Inputs = [KeyValuePair.Create($"{Mark}.txt", input)],
            WorkRoot = Path.Combine(work, "run"),
            FuelPerTask = long.MaxValue,
        };
        await using ILeaseRun run = await host.StartAsync("key", work, spec, default);
        var begun = new Begun();
        using var stop = new CancellationTokenSource();
        var task = new TaskSpec { Index = 0, Arguments = [$"{Mark}-argument"], Environment = [$"{Mark}_NAME={Mark}-value"], OutputNames = [$"{Mark}-out"] };
        Task<TaskReport> ends = run.RunTaskAsync(task, begun, stop.Token).AsTask();
        await Task.WhenAny(begun.Progress, ends);
        string seen = await SeenAsync();
        Assert.That(ends.IsCompleted, Is.False);
        await stop.CancelAsync();
        await ((Task)ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(seen, Does.Contain(SandboxCommand.Verb), "the child is in the list");
        Assert.That(Lines(seen), Is.Empty);
    }

    [Test]
    public async Task Of_a_native_job_only_its_arguments_are_seen()
    {
        string input = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, Mark)).FullName, "input"), ready = $"{Mark}-ready";
        await File.WriteAllTextAsync(input, "in");
        var spec = new NativeRunSpec
        {
            Arguments = ["/bin/sh", "-c", "exec sleep 600", "argument-of-the-job"],
            Environment = [$"{Mark}_NAME={Mark}-value"],
            Inputs = [KeyValuePair.Create(ready, input)],
        };
        using var stop = new CancellationTokenSource();
        Task<NativeReport> run = new NativeExecutor(Children.Walled).RunAsync(spec, stop.Token);
        while (Processes.With("argument-of-the-job") == 0 && !run.IsCompleted) await Task.Delay(10, CancellationToken.None);
        string seen = await SeenAsync();
        Assert.That(run.IsCompleted, Is.False);
        await stop.CancelAsync();
        await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(seen, Does.Contain("argument-of-the-job"), "the program is in the list");
        Assert.That(Lines(seen), Is.Empty);
    }

    private static string[] Lines(string seen) => [.. seen.Split('\n').Where(line => line.Contains(Mark, StringComparison.Ordinal))];

    // As another user; where this one cannot become another, environments are left out: a user's own processes show him theirs.
    private static async Task<string> SeenAsync()
    {
        bool root = Environment.IsPrivilegedProcess;
        string[] look = ["/bin/sh", "-c", $"cat /proc/[0-9]*/cmdline {(root ? "/proc/[0-9]*/environ" : "")} 2>/dev/null | tr '\\0' '\\n'; true"];
        string[] other = root ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--", .. look] : look;
        using Process process = Process.Start(new ProcessStartInfo(other[0], other[1..]) { RedirectStandardOutput = true })!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}
