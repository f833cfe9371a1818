// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Security.Cryptography;
using PeerCompute.Cli.Commands;

namespace PeerCompute.Cli.Demo;

/// <summary><c>demo</c>: seven nodes as separate processes, of which one lies; made to be doubted.</summary>
internal static class DemoVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Option<string?>("--out",
            "-o") { Description = "Folder for the results and the nodes' homes (default: a new temporary one).", HelpName = "DIR" };
        var seed = new Option<ulong?>("--seed")
        {
            Description = "Draws who lies on what, and which tile is computed again (default: by chance).",
            HelpName = "N",
        };
        var join = new Option<bool>("--join") { Description = "Listen on every interface, say how another worker joins, and wait for it." };
        var scene = new Option<string?>("--scene") { Description = "Your scene for the picture (docs/samples/raytrace).", HelpName = "FILE" };
        var module = new Option<string?>("--module") { Description = "Your WebAssembly program, as 8 tasks with the arguments INDEX 8.", HelpName = "FILE" };
        var verb = new Command("demo", "Seven nodes on this machine do two jobs; one of them lies, and is found.") { folder, seed, join, scene, module };
        verb.SetAction(async (parsed, token) =>
        {
            var drawn = parsed.GetValue(seed) ?? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
            var options = new DemoOptions(parsed.GetValue(folder), drawn, parsed.GetValue(join), parsed.GetValue(scene), parsed.GetValue(module));
            return await new DemoRun(options, Globals.TerminalOf(parsed)).RunAsync(token);
        });
        return verb;
    }
}
