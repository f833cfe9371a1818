// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Doctor;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Commands;

/// <summary><c>doctor</c>: what is wrong with this machine as a place for a node, and how to mend it.</summary>
internal static class DoctorVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var only = new Option<bool>("--walls") { Description = "Only the walls: a broken-out engine tries to get out of the sandbox." };
        var verb = new Command("doctor", "Look for what is wrong with this machine as a place for a node, and say how to mend it.") { only };
        verb.SetAction(async (parsed, token) =>
        {
            var home = Globals.HomeOf(parsed);
            string[] keys = NodeHome.Exists(home) ? [HomeCheck.KeyOf(home)] : [];
            var walls = await WallsCheck.RunAllAsync(new SandboxOptions(), keys, token);
            List<Finding> findings = [.. walls.Findings];
            if (!parsed.GetValue(only))
            {
                findings.AddRange(HomeCheck.Run(home));
                findings.Add(ClockCheck.Run(home));
                findings.AddRange(await NetworkCheck.RunAsync(home, token));
            }

            Globals.TerminalOf(parsed).Result(() => Json(walls, findings), console => Show(console.Profile.Out.Writer, findings));
            return findings.All(f => f.Well) ? 0 : (int)ErrorCode.Host;
        });
        return verb;
    }

    private static void Show(TextWriter writer, List<Finding> findings)
    {
        var width = findings.Max(f => f.Section.Length);
        foreach (var finding in findings)
        {
            writer.WriteLine($"{finding.Section.PadRight(width)}  {(finding.Well ? "well " : "wrong")}  {finding.What}");
            if (finding.Mend.Length > 0) writer.WriteLine($"{new string(' ', width)}  mend:  {finding.Mend}");
        }
    }

    private static JsonObject Json(WallsCheck walls, List<Finding> findings) => new()
    {
        ["well"] = findings.All(f => f.Well),
        ["isolation"] = walls.Isolation.Name(),
        ["walls"] = walls.ToJson(),
        ["controlGroups"] = walls.GroupsToJson(),
        ["native"] = walls.NativeToJson(),
        ["findings"] = new JsonArray([
            .. findings.Select(f => (JsonNode)new JsonObject { ["section"] = f.Section, ["well"] = f.Well, ["what"] = f.What, ["mend"] = f.Mend }),
        ]),
    };
}
