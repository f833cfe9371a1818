// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Runs;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Makes every attempt once as a program of its own, then looks at each.</summary>
/// <param name="kind">The kind of child.</param>
/// <param name="asRoot">Whether the node is root; else an ordinary user.</param>
internal abstract class EscapeFixture(string kind, bool asRoot)
{
    private const int OuterMebibytes = 2048, OuterProcesses = 768;
    private static readonly string[] MemoryBombs = ["memory-bomb", "shared-memory-bomb"];
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private string _isolation = "";

    [OneTimeSetUp]
    public async Task MakeEveryAttempt()
    {
        Assume.That(!asRoot || Suite.IsRoot, "only root can be root");
        Assume.That(asRoot || !Suite.IsRoot || Suite.User is not null, "as root, tests/run makes the unprivileged user that this fixture needs");
        if (Suite.WithoutWalls)
        {
            using Enclosure enclosure = Suite.Enclose();
            foreach (Attempt attempt in Attempts.All) _seen[attempt.Name] = await enclosure.TryAsync(attempt.Name);
            return;
        }

        string? user = asRoot ? null : Suite.User;
        using OuterGroup? group = Suite.IsRoot ? OuterGroup.Make("pc-escape", OuterMebibytes, OuterProcesses, user) : null;
        SandboxCommand node = SandboxCommand.ForAssembly(Workshop.Program(Suite.Folder));
        string[] program = [node.Runtime!, "exec", node.Program, Program.Try, kind, Suite.Folder];
        string[] asUser = user is null ? program : ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", .. program];
        const string join = "while [ \"$1\" != -- ]; do echo $$ >\"$1\" || exit 71; shift; done; shift; exec \"$@\"";
        string said = await Command.OutputAsync("/bin/sh", ["-c", join, "sh", .. group?.Files ?? [], "--", .. asUser]);
        foreach (string line in said.Split('\n'))
        {
            if (Seen.FromLine(line) is { } seen) _seen[seen.Name] = seen;
            else if (_isolation.Length == 0) _isolation = line;
        }
    }

    protected void Look(string name)
    {
        Attempt attempt = Attempts.All.Single(attempt => attempt.Name == name);
        Wall wall = AttemptsRunner.Of(attempt, kind);
        Seen seen = SeenOf(name);
        Assume.That(seen.Verdict != Verdict.Misused || name != "set-user-id" || Suite.IsRoot, seen.Note);
        bool grouped = !_isolation.Contains("control groups missing", StringComparison.Ordinal);
        Assume.That(grouped || !MemoryBombs.Contains(name), "no control group can be made here");
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

    protected static IEnumerable<string> Names(Func<Attempt, Wall> wall) =>
        Attempts.All.Where(attempt => wall(attempt) != Wall.None).Select(attempt => attempt.Name);
}
