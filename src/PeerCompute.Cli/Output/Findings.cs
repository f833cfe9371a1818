// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Jobs;
using Spectre.Console;

namespace PeerCompute.Cli.Output;

/// <summary>Workers that were found, and why others do not fit, for people and as JSON.</summary>
internal static class Findings
{
    /// <summary>What a search found.</summary>
    public static void Show(IAnsiConsole console, FindResponse found)
    {
        if (found.Adverts.Count > 0)
        {
            Tables.Rows(
                console,
                ["peer", "devices", "cores#", "memory#", "isolation", "fuel/s#", "price#", "free#", "age s#"],
                found.Adverts.Select(a => (string[])
                [
                    a.PeerId, Devices(a), Tables.Number(a.Cores), Units.Size(a.MemoryBytes), a.IsolationClass,
                    a.FuelPerSecond == 0 ? "" : Tables.Number(a.FuelPerSecond), Tables.Number(a.Price), $"{a.FreeSlots} of {a.Slots}",
                    Views.Seconds(a.AgeMs),
                ]));
        }

        Show(console, found.Explanation);
        if (found.Silent > 0) console.Profile.Out.Writer.WriteLine($"{Tables.Number(found.Silent)} asked, but gave no advert");
    }

    /// <summary>Why the workers of a job are as many as they are.</summary>
    public static void Show(IAnsiConsole console, JobView job, ExplainJobResponse why)
    {
        Tables.Facts(console, ("job", $"{job.Name} {Views.Hex(job.JobId)}"), ("state", Views.Word(job.State) + Tables.Why(job)), ("tasks", Tables.Counts(job)));
        Show(console, why.Explanation);
        foreach (var worker in why.Workers) console.Profile.Out.Writer.WriteLine($"worker  {worker}");
    }

    /// <summary>A search as JSON.</summary>
    public static JsonObject Json(FindResponse found) => new()
    {
        ["adverts"] = new JsonArray([.. found.Adverts.Select(Json)]),
        ["explanation"] = Json(found.Explanation),
        ["silent"] = found.Silent,
    };

    /// <summary>A job's explanation as JSON.</summary>
    public static JsonObject Json(JobView job, ExplainJobResponse why) => new()
    {
        ["jobId"] = Views.Hex(why.JobId),
        ["name"] = job.Name,
        ["state"] = Views.Word(job.State),
        ["waitsFor"] = job.WaitsFor,
        ["explanation"] = Json(why.Explanation),
        ["workers"] = new JsonArray([.. why.Workers.Select(static w => (JsonNode)w)]),
    };

    /// <summary>The first numbers add up to the adverts seen.</summary>
    private static void Show(IAnsiConsole console, ExplanationView why)
    {
        console.Profile.Out.Writer.WriteLine($"{Tables.Number(why.Seen)} {(why.Seen == 1 ? "advert" : "adverts")} seen:");
        List<(uint First, string Text)> lines = [(why.Fits, "fits")];
        foreach (var line in why.Lines) lines.Add((line.First, line.Unmet == line.First ? line.Text : $"{line.Text} ({Tables.Number(line.Unmet)} in all)"));
        var width = lines.Max(static line => Tables.Number(line.First).Length);
        foreach (var (first, text) in lines) console.Profile.Out.Writer.WriteLine($"  {Tables.Number(first).PadLeft(width)}  {Printable.Line(text)}");
    }

    private static string Devices(AdvertView advert) => string.Join(", ", advert.Devices.Select(static d =>
    {
        var memory = d.Kind == "cpu" || d.MemoryBytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {d.MemoryBytes >> 20:N0} MiB");
        return (d.Count > 1 ? $"{d.Count} × " : "") + $"{d.Kind} {d.Model}{memory}";
    }));

    private static JsonObject Json(AdvertView advert) => new()
    {
        ["peerId"] = advert.PeerId,
        ["devices"] = new JsonArray([.. advert.Devices.Select(static d => (JsonNode)new JsonObject
        {
            ["kind"] = d.Kind,
            ["vendor"] = d.Vendor,
            ["model"] = d.Model,
            ["memoryBytes"] = d.MemoryBytes,
            ["count"] = d.Count,
            ["capability"] = d.Capability,
        })]),
        ["runtimes"] = Texts(advert.Runtimes),
        ["architecture"] = advert.Architecture,
        ["cores"] = advert.Cores,
        ["memoryBytes"] = advert.MemoryBytes,
        ["isolation"] = advert.IsolationClass,
        ["nativeIsolation"] = advert.NativeIsolationClass,
        ["deviceIsolation"] = advert.DeviceIsolationClass,
        ["region"] = advert.Region,
        ["fuelPerSecond"] = advert.FuelPerSecond,
        ["flopsPerSecond"] = advert.FlopsPerSecond,
        ["bytesPerSecond"] = advert.BytesPerSecond,
        ["priceMicro"] = advert.Price,
        ["slots"] = advert.Slots,
        ["freeSlots"] = advert.FreeSlots,
        ["ageMs"] = advert.AgeMs,
        ["addresses"] = Texts(advert.Addresses),
    };

    private static JsonObject Json(ExplanationView why) => new()
    {
        ["seen"] = why.Seen,
        ["fits"] = why.Fits,
        ["lines"] = new JsonArray([.. why.Lines.Select(static line => (JsonNode)new JsonObject
        {
            ["requirement"] = line.Requirement,
            ["first"] = line.First,
            ["unmet"] = line.Unmet,
            ["text"] = line.Text,
            ["repair"] = line.Repair is not { } repair ? null : new JsonObject
            {
                ["nearest"] = repair.Nearest,
                ["atNearest"] = repair.AtNearest,
                ["farthest"] = repair.Farthest,
                ["atFarthest"] = repair.AtFarthest,
            },
        })]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static t => (JsonNode?)t)]);
}
