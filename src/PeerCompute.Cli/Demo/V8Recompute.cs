// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Jobs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Demo;

/// <summary>Runs one task of a job again in V8, with none of our engine: its bundle must have the hash that the receipt names (recompute.mjs).</summary>
internal static class V8Recompute
{
    /// <summary>Oldest Node that runs the script.</summary>
    public const int LeastNode = 18;

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "demo", "recompute.mjs");

    /// <summary>Runs a task.</summary>
    /// <param name="job">The job.</param>
    /// <param name="task">The task's index from 0.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>SHA-256 of the task's bundle, as <see cref="TaskBundle"/> encodes it; or null, and why there is none.</returns>
    public static async Task<(Hash32? Output, string Reason)> RunAsync(JobFile job, uint task, CancellationToken cancellationToken)
    {
        if (Tools.Find("node") is not { } node) return (null, "Node is not on the PATH");
        try
        {
            var version = (await Tools.OutputAsync(node, ["--version"], "", cancellationToken)).Trim();
            if (!int.TryParse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture, out var major) || major < LeastNode)
                return (null, $"Node is {version}, and the script needs {LeastNode}");
            var answer = JsonNode.Parse(await Tools.OutputAsync(node, [Script], Request(job, task).ToJsonString(), cancellationToken))!;
            return answer["sha256"] is { } hash ? (Hash32.Parse((string)hash!), "") : (null, (string?)answer["reason"] ?? "the script gives no answer");
        }
        catch (PeerComputeException failed)
        {
            return (null, failed.Message);
        }
    }

    private static JsonObject Request(JobFile job, uint task) => new()
    {
        ["module"] = job.Module,
        ["args"] = Texts(JobSpec.ArgsOf(job.Args, task, job.Tasks)),
        ["env"] = Texts(job.Env.Select(e => $"{e.Name}={e.Value}")),
        ["inputs"] = new JsonArray([
            .. job.InputsOfTasks().Select(i => (JsonNode)new JsonObject { ["name"] = i.Name, ["path"] = i.Path, ["offset"] = i.Offset, ["length"] = i.Length }),
        ]),
        ["outputs"] = Texts(job.Outputs),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];
}
