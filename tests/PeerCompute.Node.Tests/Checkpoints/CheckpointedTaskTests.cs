// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Checkpoints;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Tests.Checkpoints;

/// <summary>What a running task drops is taken away, and what is wrong with it is told, so often and no more.</summary>
[TestFixture]
internal sealed class CheckpointedTaskTests
{
    [Test]
    public async Task A_program_that_finds_new_ways_to_be_wrong_does_not_fill_the_log()
    {
        using var folder = new TempFolder();
        var (store, log) = (BlobStore.Open(folder["store"], 1 << 20, TimeProvider.System), new List<string>());
        var spec = new JobSpec
        {
            Name = "saves",
            Salt = default,
            Module = null,
            Args = [],
            Env = [],
            Inputs = [],
            Outputs = [],
            Tasks = 1,
            Native = NativeSemantics.Of("x64", "sha256:" + new string('a', 64)),
            Checkpoint = new CheckpointTerms("state", 1, 0),
            Limits = new TaskLimits(1 << 20, 0, 1000, 1 << 20) { CheckpointBytes = 1 << 20, CheckpointEveryMs = 1000 },
        };
        var run = new StartRun(new RunKey(Hash32.Of([1]), RunRole.Work), spec, [0], new byte[32]);
        await new CheckpointedTask(store, log.Add).RunAsync(
            new Dropping(folder.Path), run, new TaskSpec { Index = 0 }, null, false, static _ => ValueTask.CompletedTask, CancellationToken.None);
        Assert.That(log, Has.Count.EqualTo(CheckpointedTask.LinesMost));
        Assert.That(log[0], Does.Contain("which goes on: wrong in way 0"));
        Assert.That(Directory.GetFiles(folder["checkpoints"]), Is.Empty);
    }

    /// <summary>A run whose program is wrong in many ways before it ends.</summary>
    private sealed class Dropping(string folder) : ILeaseRun
    {
        public string Folder => folder;

        public async ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation)
        {
            for (var i = 0; i < 3 * CheckpointedTask.LinesMost; i++)
                await File.WriteAllTextAsync(Path.Combine(task.Checkpoint!.Drop, i + CheckpointPlan.Why), $"wrong in way {i}", cancellation);
            return new TaskReport { Index = task.Index };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
