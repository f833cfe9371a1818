// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

/// <summary>Where the host's memory runs out the kernel ends jobs, and neither the node nor its owner's programs.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class FirstToGoTest
{
    private const string Most = "1000\n"; // oom_score_adj, proc(5)

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_WebAssembly_child_goes_before_the_node(bool bubblewrap)
    {
        Assume.That(!bubblewrap || SandboxProbe.FindBubblewrap(null) is not null, "bubblewrap is not installed");
        string folder = Directory.CreateTempSubdirectory("first").FullName;
        using (var executor = new WasmExecutor(bubblewrap ? Children.Walled : Children.WithoutBubblewrap))
        {
            await using LeaseRun run = await executor.StartAsync(new LeaseRunSpec { ModulePath = Samples.Misc("noop"), WorkRoot = folder }, default);
            string[] children = [.. Processes.Of(run.ChildId)];
            Assert.That(children, Is.Not.Empty);
            Assert.That(children.Select(child => File.ReadAllText(Path.Combine(child, "oom_score_adj"))), Is.All.EqualTo(Most));
            Assert.That(await File.ReadAllTextAsync("/proc/self/oom_score_adj"), Is.Not.EqualTo(Most));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_native_program_goes_before_the_node_and_cannot_change_that()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        var spec = new NativeRunSpec { Arguments = ["/bin/sh", "-c", "echo 0 2>/dev/null >/proc/self/oom_score_adj; cat /proc/self/oom_score_adj"] };
        NativeReport report = await new NativeExecutor(Children.Walled).RunAsync(spec, default);
        Assert.That(report.OutputTail, Is.EqualTo(Most), report.Text);
    }
}
