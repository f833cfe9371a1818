// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.Versioning;
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests.Checkpoints;

/// <summary>Checkpoints of real programs behind their walls, honest and hostile ones.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class CheckpointTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly NativeExecutor Executor = new(Children.Walled);
    private TaskCompletionSource<TimeSpan> _ease = new();
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        _folder = Directory.CreateTempSubdirectory("checkpoint").FullName;
        _ease = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = "";
    }

    [Test]
    public async Task What_a_running_program_writes_is_taken_without_what_is_unfinished()
    {
        Task<NativeReport> run = RunAsync("mkdir -p s/a; echo one >s/a/b; echo half >s/c.tmp; mkdir s/d.tmp; echo x >s/d.tmp/x; chmod +x s/a/b; sleep 600");
        string packed = await FileAsync(CheckpointPlan.Pack);
        PackedInput folder = PackedInput.Open(packed);
        Assert.That(folder.Entries.Select(entry => (entry.Path, entry.Length, entry.Executable)), Is.EqualTo(new[] { ("a", 0L, false), ("a/b", 4L, true) }));
        _ease.SetResult(Patience);
        NativeReport report = await run;
        Assert.That((report.Fault, report.Text), Is.EqualTo((FaultKind.Host, "this host asked the program to end")), "SIGTERM ends sleep at once");
    }

    [Test]
    public async Task A_program_that_is_asked_to_end_saves_what_it_has_and_its_result_counts_no_more()
    {
        const string Script = "mkdir s; echo early >out; trap 'echo late >s/last; exit 0' TERM; touch s/ready; while :; do sleep 0.02; done";
        Task<NativeReport> run = RunAsync(Script, "out");
        File.Delete(await FileAsync(CheckpointPlan.Pack));
        _ease.SetResult(Patience);
        NativeReport report = await run;
        Assert.That((report.Fault, report.Outputs.Count), Is.EqualTo((FaultKind.Host, 0)));
        PackedInput folder = PackedInput.Open(await FileAsync(CheckpointPlan.Pack));
        Assert.That(folder.Entries.Select(entry => entry.Path), Is.EqualTo(new[] { "last", "ready" }));
    }

    [Test]
    public async Task A_program_that_does_not_listen_is_killed_and_what_it_may_have_been_writing_is_not_taken()
    {
        _ease.SetResult(TimeSpan.FromMilliseconds(300));
        NativeReport report = await RunAsync("trap '' TERM; mkdir s; echo torn >s/x; (while :; do sleep 1; done) & while :; do sleep 1; done", every: 3600)
            .WaitAsync(Patience);
        Assert.That(report.Fault, Is.EqualTo(FaultKind.Host));
        Assert.That(Directory.GetFiles(_folder, "*" + CheckpointPlan.Pack), Is.Empty);
    }

    [Test]
    public async Task Large_ones_are_taken_less_often_than_the_job_says()
    {
        const string Script = "mkdir s; for d in 0.3 0.6 1.2 2.4 5 10 20 600; do "
            + "head -c 24M /dev/zero >s/x.tmp; echo $d >>s/x.tmp; mv s/x.tmp s/x; sleep $d; done"; // a busy host finds a longer pause
        Task<NativeReport> run = RunAsync(Script, most: 32 << 20);
        DateTime first = await TakeAsync(), second = await TakeAsync();
        Assert.That(second - first, Is.GreaterThan(TimeSpan.FromSeconds(0.74)));
        _ease.SetResult(Patience);
        await run;

        async Task<DateTime> TakeAsync()
        {
            string file = await FileAsync(CheckpointPlan.Pack);
            DateTime written = File.GetLastWriteTimeUtc(file);
            File.Delete(file);
            return written;
        }
    }

    [Test]
    public async Task A_grace_lifts_no_other_bound()
    {
        Task<NativeReport> run = RunAsync("mkdir s; trap 'yes' TERM; touch s/ready; while :; do sleep 0.02; done");
        await FileAsync(CheckpointPlan.Pack);
        _ease.SetResult(TimeSpan.FromHours(1));
        NativeReport report = await run.WaitAsync(Patience);
        Assert.That(report.Text, Is.EqualTo("this host asked the program to end"), "who writes more than it may is ended in its grace too");
    }

    [Test]
    public async Task A_program_goes_on_from_what_it_is_given_and_cannot_change_it()
    {
        string resume = Path.Combine(_folder, "resume");
        Directory.CreateDirectory(resume);
        File.WriteAllText(Path.Combine(resume, "x"), "five\n");
        NativeReport report = await RunAsync(
            "cat $PEERCOMPUTE_RESUME/x; echo $PEERCOMPUTE_RESUME; touch $PEERCOMPUTE_RESUME/y || echo read-only", resume: resume);
        Assert.That(report.OutputTail, Is.EqualTo("five\n/job/.resume\nread-only\n"), report.ErrorTail);
    }

    [TestCase("ln -s /etc/passwd s/x", "'x' is a link, a pipe, a socket or a device")]
    [TestCase("mkfifo s/x", "'x' is a link, a pipe, a socket or a device")]
    [TestCase("rmdir s; ln -s / s", "'s' is no folder")]
    [TestCase("rmdir s; ln -s . s", "'s' is no folder")]
    [TestCase("rmdir s; echo x >s", "'s' is no folder")]
    [TestCase("head -c 100001 /dev/zero >s/x", "more than 100000 bytes; raise checkpoint.max in the job file, or write less into s")]
    [TestCase("truncate -s 60M s/x", "more than 100000 bytes")]
    [TestCase("touch 's/a\\b'", "backslash")]
    [TestCase("touch s/A s/a", "upper and lower case alone")]
    [TestCase("i=0; d=s; while [ $i -lt 40 ]; do d=$d/d; i=$((i+1)); done; mkdir -p $d", "too deep")]
    [TestCase("(cd s; seq 10001 | xargs touch)", "more than 10000 files and folders")]
    [TestCase("(cd s; echo x >x; seq -f %g.tmp 10001 | xargs touch)", "more than 10000 files and folders")]
    public async Task What_can_be_no_checkpoint_is_named_once_and_the_program_goes_on(string script, string why)
    {
        Task<NativeReport> run = RunAsync($"mkdir s; {script}; sleep 600", most: 100_000);
        Assert.That(File.ReadAllText(await FileAsync(CheckpointPlan.Why)), Does.Contain(why));
        Assert.That(run.IsCompleted, Is.False);
        _ease.SetResult(Patience);
        await run;
        Assert.That(Directory.GetFiles(_folder, "*" + CheckpointPlan.Pack), Is.Empty);
        Assert.That(Directory.GetFiles(_folder, "*" + CheckpointPlan.Why), Has.Length.EqualTo(1));
    }

    private async Task<NativeReport> RunAsync(string script, string? output = null, string? resume = null, long most = 1 << 20, double every = 0.1)
    {
        string outputs = Path.Combine(_folder, "outputs");
        Directory.CreateDirectory(outputs);
        return await Executor.RunAsync(
            new NativeRunSpec
            {
                Arguments = ["/bin/sh", "-c", script],
                OutputNames = output is null ? [] : [output],
                OutputFolder = outputs,
                Inputs = resume is null ? [] : [new(CheckpointPlan.ResumeFolder, resume)],
                Environment = resume is null ? [] : [$"{CheckpointPlan.ResumeVariable}=/job/{CheckpointPlan.ResumeFolder}"],
                Checkpoint = new CheckpointPlan("s", TimeSpan.FromSeconds(every), most, _folder),
                Ease = _ease.Task,
                Processes = 64,
                MemoryBytes = 256L << 20,
                Wall = TimeSpan.FromMinutes(5),
            },
            CancellationToken.None);
    }

    private async Task<string> FileAsync(string end)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            if (Directory.GetFiles(_folder, "*" + end) is [var file, ..]) return file;
            await Task.Delay(20);
        }

        throw new AssertionException($"no {end} came");
    }
}
