// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Journals;

namespace PeerCompute.Node.Tests.Journals;

[TestFixture]
internal sealed class JournalTests
{
    [Test]
    public void Entries_come_back_in_order()
    {
        using var folder = new TempFolder();
        Write(folder["j"], 1, 100);
        Write(folder["j"], 101, 50);
        using var journal = Journal.Open(folder["j"]);
        var n = 0L;
        foreach (var body in journal.Replay()) Assert.That(body, Is.EqualTo(JournalWriter.Body(++n)));
        Assert.That(n, Is.EqualTo(150));
    }

    [Test]
    public void Durable_numbers_rise_and_reach_the_last()
    {
        using var folder = new TempFolder();
        var told = Write(folder["j"], 1, 500);
        Assert.That(told, Is.Ordered.Ascending.And.Unique);
        Assert.That(told[^1], Is.EqualTo(500));
    }

    [Test]
    public void What_waits_while_the_disk_flushes_shares_one_commit()
    {
        using var folder = new TempFolder();
        using var release = new ManualResetEventSlim();
        using var committing = new ManualResetEventSlim();
        var told = new ConcurrentQueue<long>();
        FaultPoint.Armed = point =>
        {
            if (point != "journal.commit.before") return;
            committing.Set();
            release.Wait();
        };
        try
        {
            using (var journal = Journal.Open(folder["j"]))
            {
                journal.Start(told.Enqueue, failure => Assert.Fail(failure.Message));
                journal.Append(JournalWriter.Body(1));
                committing.Wait();
                for (var n = 2; n <= 100; n++) journal.Append(JournalWriter.Body(n));
                Assert.That(told, Is.Empty, "nothing is durable before its commit");
                Assert.That(journal.Pending, Is.EqualTo(100));
                release.Set();
            }

            Assert.That(told, Is.EqualTo(new long[] { 1, 100 }));
        }
        finally
        {
            FaultPoint.Armed = null;
        }
    }

    [Test]
    public void A_newer_version_is_refused_with_the_remedy()
    {
        using var folder = new TempFolder();
        Write(folder["j"], 1, 1);
        Sql(folder["j"], "PRAGMA user_version=2");
        var refused = Assert.Throws<PeerComputeException>(() => Journal.Open(folder["j"]));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.Home));
        Assert.That(refused.Message, Does.Contain("version 2").And.Contain("newer peercompute"));
    }

    [TestCase("UPDATE entry SET body = zeroblob(20) WHERE n = 3")]
    [TestCase("DELETE FROM entry WHERE n = 3")]
    [TestCase("UPDATE entry SET checksum = x'00' WHERE n = 3")]
    public void A_damaged_or_missing_entry_is_named(string damage)
    {
        using var folder = new TempFolder();
        Write(folder["j"], 1, 5);
        Sql(folder["j"], damage);
        using var journal = Journal.Open(folder["j"]);
        var refused = Assert.Throws<PeerComputeException>(() => _ = journal.Replay().Count());
        Assert.That(refused!.Message, Does.Contain("entry 3"));
    }

    [Test]
    public void Nobody_else_may_read_it()
    {
        using var folder = new TempFolder();
        using var journal = Journal.Open(folder["j"]);
        Assume.That(OperatingSystem.IsWindows(), Is.False, "Windows has no modes");
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            if (!OperatingSystem.IsWindows()) Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
        }
    }

    [Test]
    public void A_file_that_is_no_journal_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["j"], new string('x', 5000));
        Assert.That(Assert.Throws<PeerComputeException>(() => Journal.Open(folder["j"]))!.Code, Is.EqualTo(ErrorCode.Home));
    }

    [Test]
    public void A_full_disk_is_told_once_and_what_was_durable_stays()
    {
        using var folder = new TempFolder();
        using var disk = SmallDisk.Mount(folder.Path, "2m");
        var (durable, failures) = (0L, new BlockingCollection<PeerComputeException>());
        using (var journal = Journal.Open(folder["j"]))
        {
            journal.Start(n => durable = n, failures.Add);
            while (failures.Count == 0 && journal.Last < 1_000_000)
            {
                if (journal.Pending < 64) journal.Append(new byte[1000]);
            }
        }

        var failure = failures.Take();
        Assert.That(failures, Is.Empty);
        Assert.That(failure.Code, Is.EqualTo(ErrorCode.Host));
        Assert.That(failure.Message, Does.Contain("disk is full"));
        using var again = Journal.Open(folder["j"]);
        Assert.That(again.Last, Is.GreaterThanOrEqualTo(durable));
    }

    private static List<long> Write(string path, long first, int count)
    {
        var told = new List<long>();
        using var journal = Journal.Open(path);
        journal.Start(told.Add, failure => Assert.Fail(failure.Message));
        for (var n = first; n < first + count; n++) Assert.That(journal.Append(JournalWriter.Body(n)), Is.EqualTo(n));
        journal.Dispose();
        return told;
    }

    private static void Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
