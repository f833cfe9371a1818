// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>The list, the program and the page say the same.</summary>
[TestFixture]
internal sealed class AttemptsTest
{
    [Test]
    public async Task Every_attempt_of_the_program_is_in_the_list()
    {
        string said = await Command.OutputAsync(Workshop.Attempts(Suite.Folder), ["list"]);
        Assert.That(Attempts.All.Select(attempt => attempt.Name), Is.EquivalentTo(said.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public void The_page_has_the_table()
    {
        string table = string.Concat(Attempts.All.Select(one =>
            $"| {one.Tries} | `{one.Name}` | {one.Wasm.Name()} | {one.Seccomp.Name()} | {one.Process.Name()} | {one.Native.Name()} |\n"));
        string page = File.ReadAllText(Path.Combine(Workshop.Sources, "../../docs/escapes.md"));
        Assert.That(page, Does.Contain(table), $"docs/escapes.md lacks the table as it is:\n{table}");
    }
}
