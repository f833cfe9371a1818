// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

/// <summary>Who keeps a node's home, or anything else, beside the program shows it to no job.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ProgramFolderTest
{
    [TestCase("mkdir home; echo secret >home/key; chmod 755 home", "/app/home", TestName = "A_home_below_the_program_is_covered")]
    [TestCase("mkdir home; echo secret >home/key; echo secret >notes.txt", "", TestName = "Of_a_folder_with_other_files_the_program_alone_is_seen")]
    [TestCase("ln -s / root; mkdir home; echo secret >home/key", "", TestName = "No_link_to_a_folder_is_shown")]
    public async Task Only_the_program_is_seen(string leave, string covered)
    {
        string bubblewrap = SandboxProbe.FindBubblewrap(null) ?? "";
        Assume.That(bubblewrap, Is.Not.Empty, "bubblewrap is not installed");
        string folder = Directory.CreateTempSubdirectory("program").FullName;
        foreach (string file in new[] { "peercompute", "peercompute.dll", "peercompute.runtimeconfig.json" }) File.WriteAllText(Path.Combine(folder, file), "");
        Assert.That(Command("/bin/sh", "-c", $"cd '{folder}' && {leave}"), Is.Zero);

        // A program that lists what it sees, in the place of the runtime.
        var command = new SandboxCommand("/usr/bin/find", Path.Combine(folder, "peercompute.dll"));
        SandboxProcess child = await SandboxProcess.StartAsync(LaunchPlan.Bubblewrapped(bubblewrap, command, SandboxPaths.None, "/app"));
        string seen;
        await using (child)
        {
            using var said = new StreamReader(new NetworkStream(child.Control));
            seen = await said.ReadToEndAsync();
        }

        Directory.Delete(folder, recursive: true);
        string[] program = ["/app", "/app/peercompute", "/app/peercompute.dll", "/app/peercompute.runtimeconfig.json"];
        string[] expected = covered.Length > 0 ? [.. program, covered] : program;
        Assert.That(seen.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct(), Is.EquivalentTo(expected), child.ErrorTail());
    }

    private static int Command(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
