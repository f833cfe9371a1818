// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>SQLite's shell, unchanged, over database files of the work folder, against the sqlite3 of the machine.</summary>
[TestFixture]
public sealed class SqliteTests
{
    /// <summary>An index, a trigger, a view, a roll-back, a change and a sort larger than the cache, a vacuum.</summary>
    private const string Script = """
        pragma cache_size = 20;
        pragma temp_store = file;
        create table item(id integer primary key, name text not null, weight real, data blob);
        create table log(id integer primary key, what text);
        create trigger noted after delete on item when old.id % 500 = 0 begin insert into log(what) values ('gone ' || old.name); end;
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000)
          insert into item select i, printf('item-%05d', i * 7919 % 4001), i / 8.0, zeroblob(i % 50) from n;
        create index by_name on item(name);
        create view heavy as select count(*) as n, round(sum(weight), 3) as total from item where weight > 100;
        begin; delete from item where id > 10; rollback;
        begin; delete from item where id % 3 = 0; update item set data = hex(name) where id % 5 = 0; commit;
        select * from heavy;
        select count(*), min(name), max(name) from (select name from item order by data, weight desc, name);
        select group_concat(what) from log;
        .mode csv
        .import rows.csv sale
        .headers on
        select region, sum(cents) as cents from sale group by region order by cents desc;
        .mode json
        select json_extract('{"a":[1,{"b":2}]}', '$.a[1].b') as b, sqlite_version() as version, upper('x') || char(0xe4) as text;
        vacuum;
        pragma integrity_check;
        """;

    private const string Rows = "region,cents\nnorth,100\nsouth,250\nnorth,51\n\"mid,west\",7\n";

    private string _folder = string.Empty;

    [SetUp]
    public void Begin()
    {
        DebianProgram.Need("sqlite3");
        _folder = Directory.CreateTempSubdirectory("programs-").FullName;
    }

    [TearDown]
    public void End() => Directory.Delete(_folder, true);

    [Test]
    public void AScriptPrintsWhatItPrintsNativelyAndLeavesTheSameDatabase()
    {
        var files = new MemoryGuestFiles(16 << 20);
        files.Put("rows.csv", Encoding.UTF8.GetBytes(Rows));
        File.WriteAllText(Path.Combine(_folder, "rows.csv"), Rows);
        var native = DebianProgram.Native("sqlite3", _folder, Encoding.UTF8.GetBytes(Script), "-batch", "data.db");
        var run = DebianProgram.InEngine("sqlite3", files, Encoding.UTF8.GetBytes(Script), "-batch", "data.db");
        Assert.That(run.ExitCode, Is.Zero, run.ErrorText + run.Exit);
        Assert.That(run.Text, Is.EqualTo(native.Text));
        Assert.That(run.Text, Does.Contain("ok"));
        Assert.That(files.Paths(), Is.EqualTo(new[] { "data.db", "rows.csv" }), "journal and temporary files are gone");
        files.TryGet("data.db", out var made);
        File.WriteAllBytes(Path.Combine(_folder, "made.db"), made.ToArray());
        Assert.That(Dump("made.db"), Is.EqualTo(Dump("data.db")).And.Length.GreaterThan(100_000));
    }

    [Test]
    public void ADatabaseMadeNativelyIsReadAndChanged()
    {
        DebianProgram.Native("sqlite3", _folder, "create table t(a, b); insert into t values (1, 'x'), (2, null);"u8.ToArray(), "t.db");
        var files = new MemoryGuestFiles(1 << 20);
        files.Put("t.db", File.ReadAllBytes(Path.Combine(_folder, "t.db")));
        var run = DebianProgram.InEngine("sqlite3", files, [], "t.db", "insert into t select a + 2, quote(b) from t", "select * from t order by a desc");
        Assert.That((run.ExitCode, run.Text), Is.EqualTo((0, "4|NULL\n3|'x'\n2|\n1|x\n")), run.ErrorText);
        var dump = DebianProgram.InEngine("sqlite3", files, [], "t.db", ".dump");
        files.TryGet("t.db", out var changed);
        File.WriteAllBytes(Path.Combine(_folder, "t.db"), changed.ToArray());
        Assert.That(dump.Text, Is.EqualTo(Dump("t.db")));
    }

    [Test]
    public void AFullWorkFolderIsAnErrorOfTheStatementAndTheDatabaseStaysWhole()
    {
        var files = new MemoryGuestFiles(200_000);
        var run = DebianProgram.InEngine(
            "sqlite3",
            files,
            """
            create table t(x); insert into t values (7);
            with recursive n(i) as (select 1 union all select i + 1 from n) insert into t select zeroblob(999) from n;
            """u8.ToArray(),
            "-batch",
            "t.db");
        Assert.That(run.ErrorText, Does.Contain("disk is full").Or.Contain("disk I/O error"), run.Exit?.ToString());
        var after = DebianProgram.InEngine("sqlite3", files, [], "t.db", "pragma integrity_check; select count(*), sum(x) from t");
        Assert.That(after.Text, Is.EqualTo("ok\n1|7\n"), after.ErrorText);
    }

    [Test]
    public void WhatIsLeftOutSaysSo()
    {
        var script = ".system ls\n.load x\npragma journal_mode=wal;\n"u8.ToArray();
        var run = DebianProgram.InEngine("sqlite3", new MemoryGuestFiles(1 << 20), script, "-batch", "t.db");
        Assert.That(run.ErrorText, Does.Contain("\"system\"").And.Contain("\"load\""));
        Assert.That(run.Text, Is.EqualTo("delete\n"));
    }

    private string Dump(string database) => DebianProgram.Native("sqlite3", _folder, [], database, ".dump").Text;
}
