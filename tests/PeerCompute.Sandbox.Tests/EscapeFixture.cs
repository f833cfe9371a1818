// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Makes every attempt once as a program of its own, then looks at each.</summary>
/// <param name="child">The kind of child.</param>
/// <param name="asRoot">Whether the node is root; else an ordinary user.</param>
/// <param name="host">What its host lacks.</param>
internal abstract class EscapeFixture(Child child, bool asRoot, Host host)
{
    private static readonly string[] MemoryBombs = ["memory-bomb", "shared-memory-bomb"];
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private string _isolation = "";

    protected bool AsRoot => asRoot;

    [OneTimeSetUp]
    public async Task MakeEveryAttempt()
    {
        Assume.That(!asRoot || Suite.IsRoot, "only root can be root");
        Assume.That(asRoot || !Suite.IsRoot || Suite.User is not null, "as root, tests/run makes the unprivileged user that this fixture needs");
        Assume.That(host != Host.WithRunc || NodeCommand.Runc is not null, "runc is not installed");
        if (Suite.WithoutWalls)
        {
            foreach (Seen seen in await Suite.SeenWithoutWallsAsync()) _seen[seen.Name] = seen;
            return;
        }

        string? user = asRoot ? null : Suite.User;
        using OuterGroup? group = NodeCommand.Enclose(host == Host.WithoutGroups ? null : user);
        string[] names = host == Host.WithoutGroups ? [.. Bounded(child)] : [];
        string[] program = NodeCommand.As(user, host == Host.WithRunc, [Program.Try, $"{child}", Suite.Folder, .. names]);
        if (Lacking is { } what) program = [Workshop.Attempts(Suite.Folder), "lacking", what, .. program];
        string said = await Command.OutputAsync("/bin/sh", NodeCommand.Within(group, program));
        foreach (string line in said.Split('\n'))
        {
            if (Seen.FromLine(line) is { } seen) _seen[seen.Name] = seen;
            else if (_isolation.Length == 0) _isolation = line;
        }
    }

    protected void Look(string name)
    {
        Attempt attempt = Attempts.All.Single(attempt => attempt.Name == name);
        Wall wall = attempt.In(child);
        Seen seen = SeenOf(name);
        Assume.That(seen.Verdict != Verdict.Misused || name != "set-user-id" || Suite.IsRoot, seen.Note);
        Assume.That(Grouped || child == Child.Native || !MemoryBombs.Contains(name), "no control group can be made here");
        Assert.Multiple(() =>
        {
            Assert.That(seen.Verdict, Is.EqualTo(Verdict.Stopped), $"{attempt.Tries}: {seen.Note}");
            Assert.That(wall.Answers(), Does.Contain(seen.Errno), $"{attempt.Tries}: {wall.Name()} must stop it, but: {seen.Note}");
        });
    }

    protected Seen SeenOf(string name)
    {
        Assert.That(_seen, Does.ContainKey(name), $"the node did not come so far; it said: {_isolation}");
        return _seen[name];
    }

    /// <summary>Looks at the class that the node found, and whether it can make control groups.</summary>
    protected void Advertised(string isolation, bool grouped)
    {
        Assume.That(Suite.WithoutWalls, Is.False, "without walls there is no class");
        if (!Suite.IsRoot && (Grouped != grouped || isolation == "native-strict")) Assert.Ignore("only root hands out control groups here");
        Assert.That(_isolation, Does.StartWith(isolation + ","));
        Assert.That(Grouped, Is.EqualTo(grouped), _isolation);
    }

    /// <summary>The attempts that a kind of child is stopped at.</summary>
    protected static IEnumerable<string> Names(Child child) => Attempts.All.Where(attempt => attempt.In(child) != Wall.None).Select(attempt => attempt.Name);

    /// <summary>Those of them that a bound stops.</summary>
    protected static IEnumerable<string> Bounded(Child child) => Attempts.All.Where(attempt => attempt.In(child) == Wall.Bound).Select(attempt => attempt.Name);

    private bool Grouped => !_isolation.Contains("control groups missing", StringComparison.Ordinal);

    private string? Lacking => host switch { Host.WithoutNamespaces => "namespaces", Host.WithoutFilters => "filters", _ => null };
}
