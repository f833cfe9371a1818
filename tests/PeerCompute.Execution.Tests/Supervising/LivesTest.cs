// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>After every end of a lease, however it came, nothing of it is left.</summary>
[TestFixture]
[Platform("Linux")]
[NonParallelizable]
internal sealed class LivesTest
{
    private const int Seed = 20261122;
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [TestCase(250, 2, Category = "Slow")]
    [TestCase(1000, 8, Category = "Long")]
    public async Task Whatever_ends_a_lease_leaves_nothing(int lives, int orphans)
    {
        Needed.If(FastChild.CanRun, "bubblewrap or perl is not installed: lives of leases are not proven here");
        string root = Directory.CreateTempSubdirectory("lives").FullName;
        string script = FastChild.Write(root);
        Environment.SetEnvironmentVariable(FastChild.Variable, script);
        using var disk = SmallDisk.TryMake(Path.Combine(root, "disk"));
        var inventory = new Inventory(root);
        await using var all = new Lives(root, script, disk?.Folder, Seed);
        string[] folders = [all.Work, .. disk is null ? [] : new[] { disk.Folder }];
        TimeSpan longest = TimeSpan.Zero;
        int late = 0;
        var clock = Stopwatch.StartNew();
        for (int life = 0; life < lives; life++)
        {
            if (life % (lives / orphans) == lives / orphans - 1)
            {
                await all.DisposeAsync();
                await all.OrphanAsync();
                await FreeAsync(supervisor: 0);
            }

            await all.LiveAsync();
            if (life % 50 == 49) TestContext.Progress.WriteLine($"{life + 1} lives after {clock.Elapsed.TotalSeconds:0} s");
            await FreeAsync(all.Supervisor);

            async Task FreeAsync(int supervisor)
            {
                (TimeSpan took, string left) = await inventory.FreeAsync(supervisor, all.Makers, folders, Patience);
                Assert.That(left, Is.Empty, $"life {life} of seed {Seed} left something; so far: {all.Seen}");
                if (took > Promised) late++;
                if (took > longest) longest = took;
            }
        }

        await all.DisposeAsync();
        Assert.That((await inventory.FreeAsync(0, all.Makers, folders, Patience)).Left, Is.Empty, "an idle supervisor goes with its node");
        TestContext.Out.WriteLine(
            $"{lives} lives, seed {Seed}, {clock.Elapsed.TotalSeconds:0} s: {all.Seen}; free after at most {longest.TotalMilliseconds:0} ms, "
            + $"{late} times later than {Promised.TotalSeconds} s");
        disk?.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
