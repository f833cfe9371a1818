// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>Worker and client are killed with SIGKILL at every fault point and at seeded random moments; no job is lost, nothing is done twice.</summary>
[NonParallelizable]
public class KillTest
{
    private const int TasksOfAJob = 240;

    private static readonly bool Quick = Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_QUICK") == "1";

    private static string[] FaultPoints()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Pair.Root(), "src"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (var line in File.ReadLines(file))
            {
                var at = line.IndexOf("FaultPoint.Hit(\"", StringComparison.Ordinal);
                if (at >= 0) names.Add(line[(at + 16)..line.IndexOf('"', at + 16)]);
            }
        }

        return [.. names];
    }

    [Test]
    [Category("Slow")]
    public async Task JobsEndAcceptedWhicheverFaultPointKillsEitherSide()
    {
        var points = FaultPoints();
        Assert.That(points, Has.Length.GreaterThan(10));
        await using var pair = new Pair();
        await pair.StartAsync();
        var struck = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var point in points)
        {
            foreach (var killClient in new[] { false, true })
            {
                var victim = killClient ? pair.Client : pair.Worker;
                await victim.KillAsync();

                // The third time: the first ones are those of the start.
                if (!await victim.StartAsync(point + (point.StartsWith("journal", StringComparison.Ordinal) || point.StartsWith("loop",
                    StringComparison.Ordinal) ? ":3" : "")))
                {
                    struck.Add(point);
                    await victim.GoneAsync(TimeSpan.FromSeconds(30));
                    Assert.That(await victim.StartAsync(), Is.True, victim.Said());
                }

                await OneJobAsync(pair, victim, struck, point, killClient);
            }
        }

        Assert.That(struck, Is.EqualTo(points), "every fault point strikes on one side at least");
        await AuditAsync(pair, $"{points.Length} fault points on both sides");
    }

    [Test]
    [Category("Slow")]
    public async Task JobsEndAcceptedThroughKillsAtRandomMoments()
    {
        const int Seed = 20260101;
        var kills = Quick ? 10 : 100;
        var random = new Random(Seed);
        await using var pair = new Pair();
        await pair.StartAsync();
        var jobs = new List<Hash32> { await pair.SubmitAsync(TasksOfAJob, 6) };
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(random.Next(20, 500));
            var victim = random.Next(2) == 0 ? pair.Client : pair.Worker;
            await victim.KillAsync();
            Assert.That(await victim.StartAsync(), Is.True, victim.Said());
            if (await pair.ShowAsync(jobs[^1]) is { State: Api.V1.JobState.Accepted }) jobs.Add(await pair.SubmitAsync(TasksOfAJob, 6));
        }

        foreach (var job in jobs) await pair.AcceptedAsync(job, $"seed {Seed}, after {kills} kills");
        var audit = await AuditAsync(pair, $"{kills} kills at random moments (seed {Seed})");
        Assert.That(audit.Accepted, Is.EqualTo(jobs.Count * TasksOfAJob));
    }

    private static async Task OneJobAsync(Pair pair, DaemonProcess victim, SortedSet<string> struck, string point, bool killClient)
    {
        Hash32? job = null;
        try
        {
            job = await pair.SubmitAsync(4, 2);
        }
        catch (PeerComputeException) when (killClient)
        {
            // It died while the job was handed in; whether the job is in its journal, nobody was told.
        }

        if (job is { } handedIn && !victim.HasExited) await EndedAsync(pair, handedIn, victim);
        while (true)
        {
            if (victim.HasExited || await victim.GoneAsync(TimeSpan.FromMilliseconds(50)))
            {
                struck.Add(point);
                await victim.GoneAsync(TimeSpan.FromSeconds(30));
                Assert.That(await victim.StartAsync(), Is.True, victim.Said());
            }

            try
            {
                job ??= await pair.SubmitAsync(4, 2);
                await pair.AcceptedAsync(job.Value, $"{point} on the {(killClient ? "client" : "worker")}");
                return;
            }
            catch (PeerComputeException) when (!struck.Contains(point))
            {
                // A busy machine: it dies later than was waited for.
                if (!await victim.GoneAsync(TimeSpan.FromSeconds(5))) throw;
            }
        }
    }

    private static async Task EndedAsync(Pair pair, Hash32 job, DaemonProcess victim)
    {
        while (!victim.HasExited && await pair.ShowAsync(job) is { } view && view.State is not Api.V1.JobState.Accepted) await Task.Delay(20);
    }

    private static async Task<JournalAudit> AuditAsync(Pair pair, string what)
    {
        await pair.Client.KillAsync();
        await pair.Worker.KillAsync();
        var audit = JournalAudit.Of(pair.Client.Home, pair.Worker.Home);
        TestContext.Out.WriteLine(
            $"{what}: {audit.Lives} lives, {audit.Leases} leases, {audit.Accepted} tasks accepted once each, "
            + $"{audit.Kept} results kept by the worker, {audit.Again} of them of tasks it had kept before");

        // A result that was kept is never made again; a task that was running when its child died, one in each of two slots, is.
        Assert.That(audit.Again, Is.LessThanOrEqualTo(audit.Lives * 2), "at most the tasks in flight run again");
        return audit;
    }
}
