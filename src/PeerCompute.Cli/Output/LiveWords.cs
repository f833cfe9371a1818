// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Api.V1;

namespace PeerCompute.Cli.Output;

/// <summary>What running tasks say of themselves, for people and as JSON.</summary>
internal static class LiveWords
{
    /// <summary>Tasks that a line of progress speaks of.</summary>
    private const int TasksMost = 4;

    private const int BarWidth = 10; // characters

    /// <summary>As JSON; what was not said is null.</summary>
    public static JsonObject Json(LiveView live) => new()
    {
        ["task"] = live.Task,
        ["percent"] = live.Done == 0 ? null : live.Done / 100m,
        ["message"] = live.Message.Length == 0 ? null : live.Message,
        ["metrics"] = new JsonArray([.. live.Metrics.Select(static m => (JsonNode?)new JsonObject
        {
            ["name"] = m.Name,
            ["value"] = m.Value,
            ["step"] = m.Step,
        })]),
    };

    /// <summary>Lines of a log as JSON.</summary>
    public static JsonObject Json(LogPiece piece) => new()
    {
        ["task"] = piece.Task,
        ["leaseId"] = Views.Hex(piece.LeaseId),
        ["worker"] = piece.Worker,
        ["lost"] = piece.Lost,
        ["lines"] = new JsonArray([.. piece.Lines.Select(static line => (JsonNode?)line)]),
    };

    /// <summary>A task's own words: percentage, message, metrics.</summary>
    public static string Of(LiveView live)
    {
        string[] parts =
        [
            live.Done == 0 ? "" : Percent(live.Done), live.Message,
            string.Join(' ', live.Metrics.Select(static m => m.Step == 0 ? $"{m.Name}={m.Value}" : $"{m.Name}={m.Value}@{m.Step}")),
        ];
        return string.Join(' ', parts.Where(static part => part.Length > 0));
    }

    /// <summary>What the running tasks of a job say, in order of the tasks, on one line; empty where they say nothing.</summary>
    public static string Of(JobView job)
    {
        var said = job.Leases.Where(static lease => lease.Live is not null).OrderBy(static lease => (lease.Live.Task, lease.Slot)).ToList();
        var line = new StringBuilder();
        foreach (var lease in said.Take(TasksMost))
        {
            line.Append(CultureInfo.InvariantCulture, $"  [{lease.Live.Task}] ");
            if (lease.Live.Done > 0) line.Append(Bar(lease.Live.Done)).Append(' ');
            line.Append(Of(lease.Live));
        }

        return said.Count > TasksMost ? line.Append(CultureInfo.InvariantCulture, $"  and {said.Count - TasksMost} more").ToString() : line.ToString();
    }

    private static string Percent(uint done) => (done / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private static string Bar(uint done)
    {
        var full = (int)(done * BarWidth / 10_000);
        return new string('█', full) + new string('░', BarWidth - full);
    }
}
