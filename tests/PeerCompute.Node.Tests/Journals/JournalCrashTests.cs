// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Node.Journals;

namespace PeerCompute.Node.Tests.Journals;

/// <summary>A writer is killed at any moment: what it called durable is there, in order, and nothing is there that it did not write.</summary>
[TestFixture]
internal sealed class JournalCrashTests
{
    [Test]
    public void Killed_at_random_moments_the_journal_holds_a_prefix_with_all_that_was_durable()
    {
        using var folder = new TempFolder();
        var chance = new Random(7);
        var before = 0L;
        for (var round = 0; round < 5; round++)
        {
            var told = RunUntil(folder["journal.db"], "", killAfterLines: 1 + chance.Next(20));
            before = CheckPrefix(folder["journal.db"], Math.Max(before, told));
        }

        Assert.That(before, Is.GreaterThan(0));
    }

    [TestCase("journal.append.before:5")]
    [TestCase("journal.commit.before:3")]
    [TestCase("journal.commit.after:3")]
    public void Killed_at_a_fault_point_nothing_durable_is_lost(string fault)
    {
        using var folder = new TempFolder();
        var told = RunUntil(folder["journal.db"], fault, killAfterLines: int.MaxValue);
        CheckPrefix(folder["journal.db"], told);
    }

    private static long RunUntil(string path, string fault, int killAfterLines)
    {
        using var child = Program.Start("journal-writer", path, fault);
        var told = 0L;
        for (var lines = 0; lines < killAfterLines && child.StandardOutput.ReadLine() is { } line; lines++)
        {
            told = long.Parse(line, CultureInfo.InvariantCulture);
        }

        child.Kill();
        while (child.StandardOutput.ReadLine() is { } line)
        {
            if (long.TryParse(line, CultureInfo.InvariantCulture, out var n) && n > told) told = n;
        }

        child.WaitForExit();
        Assert.That(child.ExitCode, Is.EqualTo(137), "the child was killed, it did not end by itself");
        return told;
    }

    private static long CheckPrefix(string path, long atLeast)
    {
        using var journal = Journal.Open(path);
        var n = 0L;
        foreach (var body in journal.Replay()) Assert.That(body, Is.EqualTo(JournalWriter.Body(++n)));
        Assert.That(n, Is.GreaterThanOrEqualTo(atLeast).And.EqualTo(journal.Last));
        return n;
    }
}
