// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Tests.Durability;

/// <summary>
/// A worker's daemon that ends and starts again while a task runs. The task is held by SIGSTOP for as long as the test needs it, so that it is in its
/// middle whatever the engine's speed.
/// </summary>
[NonParallelizable]
[Platform("Linux")]
[Category("Slow")]
public class RestartTest
{
    [TestCase("KILL", "KILL")]
    [TestCase("KILL", "TERM")]
    public async Task ATaskGoesOnInTheSameProcessThroughTwoRestarts(string first, string second)
    {
        await using var life = await LongTask.BeginAsync(outlive: 60);
        foreach (var signal in (string[])[first, second])
        {
            await life.EndDaemonAsync(signal);
            Assert.That(life.Child.Lives, "the child goes on without a daemon");
            await life.StartDaemonAsync();
        }

        life.Continue();
        await life.AcceptedAsync("after two restarts");
        await life.RanOnceAsync();
    }

    [Test]
    public async Task ADaemonThatIsKilledWhileAChildStartsFindsItAgain()
    {
        await using var life = await LongTask.BeginAsync(outlive: 60, hold: false);
        await life.EndDaemonAsync("KILL");
        await life.StartDaemonAsync();
        await life.AcceptedAsync("after a restart during the start of the child");
        await life.RanOnceAsync();
    }

    [Test]
    public async Task ATaskThatEndsWhileNoDaemonIsThereIsDeliveredByTheNext()
    {
        await using var life = await LongTask.BeginAsync(outlive: 60);
        await life.EndDaemonAsync("KILL");
        life.Continue();
        await life.UntilAsync(() => life.TaskFolders().Length == 0, "the task ends");
        await life.StartDaemonAsync();
        await life.AcceptedAsync("after the restart");
        await life.RanOnceAsync();
    }

    [Test]
    public async Task ADaemonThatDoesNotComeBackLeavesNothing()
    {
        await using var life = await LongTask.BeginAsync(outlive: 2);
        var groups = life.Child.Groups();
        await life.EndDaemonAsync("KILL");
        await life.UntilAsync(() => !life.Child.Lives && !life.SupervisorLives, "processes end");
        await life.UntilAsync(() => life.WorkFolders().Length == 0 && !groups.Any(Directory.Exists), "folders and groups go");

        // Who comes later begins anew.
        await life.StartDaemonAsync();
        await life.AcceptedAsync("after everything was gone");
    }

    [Test]
    public async Task ASupervisorWhoseRecordIsDamagedIsEndedAndTheTaskRunsAgain()
    {
        await using var life = await LongTask.BeginAsync(outlive: 60);
        await life.EndDaemonAsync("KILL");
        await File.WriteAllTextAsync(Path.Combine(life.Home, "runs", "record"), "{\"Pid\": 1, ");
        await life.StartDaemonAsync();
        Assert.That(life.Child.Lives, Is.False);
        Assert.That(life.Said, Does.Contain("is damaged"));
        await life.AcceptedAsync("after the record was damaged");
    }

    [Test]
    public async Task ASupervisorThatIsKilledIsAFaultOfTheHostAndTheTaskRunsAgain()
    {
        await using var life = await LongTask.BeginAsync(outlive: 60);
        var groups = life.Child.Groups();
        await life.KillSupervisorAsync();
        await life.UntilAsync(() => !life.Child.Lives && !groups.Any(Directory.Exists), "the child goes with its supervisor");
        await life.AcceptedAsync("after the supervisor was killed");
    }

    [Test]
    public async Task ADaemonThatEndsWithNothingRunningTakesItsSupervisorAlong()
    {
        await using var life = await LongTask.BeginAsync(outlive: 60);
        life.Continue();
        await life.AcceptedAsync("undisturbed");
        await life.EndDaemonAsync("TERM");
        await life.UntilAsync(() => !life.SupervisorLives && life.WorkFolders().Length == 0, "nothing is left");
    }

    [Test]
    public async Task ARunThatTheIssuerGaveUpMeanwhileIsEnded()
    {
        await using var life = await LongTask.BeginAsync(outlive: 60);
        await life.EndDaemonAsync("KILL");
        await life.CancelJobAsync();
        await life.StartDaemonAsync();
        await life.UntilAsync(() => !life.Child.Lives && life.WorkFolders().Length == 0, "nobody wants it any more");
    }
}
