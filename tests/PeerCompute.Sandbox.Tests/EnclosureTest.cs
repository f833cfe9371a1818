// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>A suite that passes without walls tests nothing: without them most attempts succeed. What is around them then holds.</summary>
[TestFixture]
internal sealed class EnclosureTest
{
    private const int Enough = 30;

    [Test]
    [Order(1)]
    public async Task The_enclosure_has_its_bounds()
    {
        using Enclosure enclosure = Suite.Enclose();
        Seen bounds = await enclosure.TryAsync("bounds");
        Assert.Multiple(() =>
        {
            Assert.That(enclosure.Group.Bound("memory.limit_in_bytes", "memory.max"), Is.EqualTo((long)Enclosure.Mebibytes << 20));
            Assert.That(enclosure.Group.Bound("pids.max"), Is.EqualTo(Enclosure.Processes));
            Assert.That(bounds.Note, Is.EqualTo("first 1 memory-root 1 mebibytes 64 files 16384 memory-group 1 process-group 1"));
        });
    }

    [Test]
    [Order(2)]
    public async Task Outside_the_enclosure_no_attempt_is_made_without_walls()
    {
        string said = await Command.OutputAsync(Workshop.Attempts(Suite.Folder), ["open", "node-key"]);
        Seen? seen = Seen.Read("node-key", said);
        Assert.That(seen?.Verdict, Is.EqualTo(Verdict.Misused));
        Assert.That(seen?.Note, Does.Contain("not in the enclosure"));
    }

    [Test]
    [Order(3)]
    public async Task Without_walls_most_attempts_escape()
    {
        using Enclosure enclosure = Suite.Enclose();
        Seen bounds = await enclosure.TryAsync("bounds");
        Assert.That(bounds.Verdict, Is.EqualTo(Verdict.Escaped), "no bomb without the bounds of the enclosure");
        IReadOnlyList<Seen> seen = await Suite.SeenWithoutWallsAsync();
        string[] escaped = [.. seen.Where(one => one.Verdict == Verdict.Escaped).Select(one => one.Name)];
        foreach (Seen one in seen.Where(one => one.Verdict != Verdict.Escaped))
            TestContext.Out.WriteLine($"not even without walls: {one.Name}, {one.Errno} {one.Note}");
        TestContext.Out.WriteLine($"{escaped.Length} of {seen.Count} escape: {string.Join(", ", escaped)}");
        Assert.Multiple(() =>
        {
            Assert.That(escaped, Has.Length.AtLeast(Enough));
            Assert.That(seen.Where(one => one.Verdict == Verdict.Misused), Is.Empty);
        });
    }
}
