// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Escapes;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Cli.Doctor;

/// <summary>The walls around a task's child, tried by a broken-out engine (docs/sandbox.md).</summary>
/// <param name="Isolation">The class that holds.</param>
/// <param name="Attempts">What the broken-out engine tried; none where no child starts.</param>
/// <param name="Findings">The same as findings.</param>
internal sealed record WallsCheck(IsolationClass Isolation, IReadOnlyList<EscapeAttempt> Attempts, IReadOnlyList<Finding> Findings)
{
    private const string Section = "walls";

    /// <summary>What control groups are worth here.</summary>
    public GroupReport Groups { get; private init; } = GroupReport.Unknown;

    /// <summary>The walls around native programs; null where they were not tried.</summary>
    public NativeWalls? Native { get; private init; }

    /// <summary>As <see cref="RunAsync"/>, and the walls around native programs and the control groups too: what they lack is a note, no finding.</summary>
    public static async Task<WallsCheck> RunAllAsync(SandboxOptions options, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var walls = await RunAsync(options, files, cancellationToken);
        var native = await NativeProbe.RunAsync(options, walls.Groups, cancellationToken);
        return walls with { Native = native, Findings = [.. walls.Findings, OfGroups(walls.Groups), .. OfNative(native)] };
    }

    /// <summary>Finds the isolation class and plays the broken-out engine.</summary>
    /// <param name="options">How children are started.</param>
    /// <param name="files">Files of the host that it tries to open beside those that every host has.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<WallsCheck> RunAsync(SandboxOptions options, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        NodeWalls.Raise(); // This process stands for the daemon.
        var sandbox = await SandboxProbe.RunAsync(options, cancellationToken);
        try
        {
            var escapes = await EscapeProbe.RunAsync(options, sandbox, [.. EscapeProbe.CommonFiles, .. files], cancellationToken);
            return new WallsCheck(sandbox.Isolation, escapes.Attempts, [Class(sandbox), .. escapes.Attempts.Select(Attempt)]) { Groups = sandbox.Groups };
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Host)
        {
            return new WallsCheck(sandbox.Isolation, [], [Class(sandbox), new Finding(Section, false, e.Message)]) { Groups = sandbox.Groups };
        }
    }

    /// <summary>The attempts as JSON: <c>kind</c>, <c>tried</c>, <c>stopped</c>, <c>wall</c>, <c>errno</c>, <c>made</c>.</summary>
    public JsonArray ToJson() => [
        .. Attempts.Select(a => new JsonObject
        {
            ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(a.Kind.ToString()),
            ["tried"] = a.Tried,
            ["stopped"] = a.Stopped,
            ["wall"] = a.Wall,
            ["errno"] = a.ErrnoName,
            ["made"] = a.Made,
        }),
    ];

    /// <summary>The control groups as JSON: <c>mode</c>, <c>memory</c>, <c>processes</c>, <c>mend</c>.</summary>
    public JsonObject GroupsToJson() => new()
    {
        ["mode"] = Groups.ModeName,
        ["memory"] = Groups.Memory,
        ["processes"] = Groups.Processes,
        ["mend"] = Groups.Note,
    };

    /// <summary>
    /// The walls around native programs as JSON: <c>isolation</c>, <c>launcher</c>, <c>note</c>, <c>walls</c> with <c>name</c>, <c>holds</c>, <c>mend</c>.
    /// </summary>
    public JsonObject NativeToJson() => new()
    {
        ["isolation"] = (Native?.Isolation ?? NativeIsolation.None).Name(),
        ["launcher"] = Native?.Launcher ?? "",
        ["note"] = Native?.Note ?? "",
        ["walls"] = new JsonArray([
            .. (Native?.Walls ?? []).Select(wall => (JsonNode)new JsonObject
            {
                ["name"] = wall.Name,
                ["holds"] = wall.Holds,
                ["mend"] = wall.Holds ? "" : wall.Remedy,
            }),
        ]),
    };

    private static Finding OfGroups(GroupReport groups) => new(
        Section, true, $"control groups {groups.ModeName}: memory {(groups.Memory ? "bounded" : "not bounded")}, "
        + $"processes {(groups.Processes ? "bounded" : "not bounded")}", groups.Note);

    private static IEnumerable<Finding> OfNative(NativeWalls native)
    {
        var by = native.Launcher.Length > 0 ? $", by {native.Launcher}" : "";
        yield return new Finding(Section, true, $"native programs: isolation class {native.Isolation.Name()}{by}", native.Note);
        foreach (var wall in native.Walls.Where(wall => !wall.Holds))
            yield return new Finding(Section, true, $"native programs: {wall.Name} does not hold", wall.Remedy);
    }

    private static Finding Class(SandboxReport sandbox)
    {
        var well = sandbox.Isolation == IsolationClass.WasmStrict;
        return new Finding(Section, well, $"isolation class {sandbox.Isolation.Name()}", well ? "" : string.Join("; ", sandbox.Notes));
    }

    private static Finding Attempt(EscapeAttempt attempt) =>
        new(Section, attempt.Stopped, attempt.ToString(), attempt.Stopped ? "" : $"raise the isolation class to {IsolationClass.WasmStrict.Name()}");
}
