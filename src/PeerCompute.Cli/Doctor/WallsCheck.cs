// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Escapes;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Cli.Doctor;

/// <summary>The walls around a task's child, tried by a broken-out engine (docs/sandbox.md).</summary>
/// <param name="Isolation">The class that holds.</param>
/// <param name="Attempts">What the broken-out engine tried; none where no child starts.</param>
/// <param name="Findings">The same as findings.</param>
internal sealed record WallsCheck(IsolationClass Isolation, IReadOnlyList<EscapeAttempt> Attempts, IReadOnlyList<Finding> Findings)
{
    private const string Section = "walls";

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
            return new WallsCheck(sandbox.Isolation, escapes.Attempts, [Class(sandbox), .. escapes.Attempts.Select(Attempt)]);
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Host)
        {
            return new WallsCheck(sandbox.Isolation, [], [Class(sandbox), new Finding(Section, false, e.Message)]);
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

    private static Finding Class(SandboxReport sandbox)
    {
        var well = sandbox.Isolation == IsolationClass.WasmStrict;
        return new Finding(Section, well, $"isolation class {sandbox.Isolation.Name()}", well ? "" : string.Join("; ", sandbox.Notes));
    }

    private static Finding Attempt(EscapeAttempt attempt) =>
        new(Section, attempt.Stopped, attempt.ToString(), attempt.Stopped ? "" : $"raise the isolation class to {IsolationClass.WasmStrict.Name()}");
}
