// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

[TestFixture]
[Platform("Linux")]
internal sealed class ParentDeathTest
{
    [TestCase("walled")]
    [TestCase("plain")]
    public async Task A_node_that_is_killed_takes_its_children_along(string walls)
    {
        Assume.That(walls == "plain" || SandboxProbe.FindBubblewrap(null) is not null, "bubblewrap is not installed");
        string folder = Directory.CreateTempSubdirectory("killed").FullName;
        SandboxCommand command = Children.Walled.Command!;
        using Process node = Process.Start(
            new ProcessStartInfo(command.Runtime!, ["exec", command.Program, Program.Hold, walls, folder]) { RedirectStandardOutput = true })!;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            int child = int.Parse((await node.StandardOutput.ReadLineAsync(patience.Token))!, CultureInfo.InvariantCulture);
            Assert.That(Processes.Of(child), Is.Not.Empty, "the check sees processes");
            node.Kill();
            Assert.That(await Processes.GoneAsync(child, TimeSpan.FromSeconds(30)));
        }
        finally
        {
            if (!node.HasExited) node.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }
}
