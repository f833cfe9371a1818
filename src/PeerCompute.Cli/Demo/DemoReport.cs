// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Doctor;
using PeerCompute.Cli.Output;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Cli.Demo;

/// <summary>How a demo ended.</summary>
/// <param name="Folder">Where the results are.</param>
/// <param name="Plan">What was planned.</param>
/// <param name="Network">The nodes.</param>
/// <param name="Jobs">The jobs, saved.</param>
/// <param name="Walls">What a broken-out engine could do.</param>
/// <param name="Connections">Connections of the client when it posted.</param>
/// <param name="Checks">What was checked beside.</param>
/// <param name="Account">What was planted and found.</param>
internal sealed record DemoReport(
    string Folder, DemoPlan Plan, DemoNetwork Network, DemoJobs Jobs, WallsCheck Walls, int Connections, DemoChecks Checks, DemoAccount Account)
{
    /// <summary>Prints it.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="time">From the start to now.</param>
    public void Show(Terminal terminal, TimeSpan time) => terminal.Result(() => ToJson(time), console =>
    {
        Tables.Facts(console, [
            ("results", Folder),
            .. Jobs.All.Select(Line),
            ("picture", Short(Jobs.Picture.Results.Gathered!)),
            ("table", Table()),
            ("recomputed", Recomputed()),
            ("flipped", $"byte {Checks.FlippedByte} of {Short(Checks.FlippedPath)}: verify names {Named()}"),
            ("fuel", $"{Tables.Number((ulong)Account.Fuel)} of at most {Tables.Number(DemoJobs.MostFuel)}, all replicas together"),
            ("seconds", time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)),
        ]);
        terminal.Line($"planted: {Who(Account.Liar.PeerId)} lies on {Third()}; it got {DemoAccount.Words(Account.Planted)}");
        var liars = Account.Liars.Count == 0 ? "nobody" : string.Join(", ", Account.Liars.Select(Who));
        terminal.Line($"found:   {liars}: {DemoAccount.Words(Account.Found)} rejected");
        terminal.Line($"{Executable.Command} verify {Jobs.Picture.Results.Receipt}");
        terminal.Line($"{Executable.Command} verify {Checks.FlippedPath}");
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{Executable.Command} demo --seed {Plan.Seed} --join"));
    });

    private static (string, string) Line(DemoJob job)
    {
        var workers = job.Worked.Select(static w => w.Worker).Distinct().Count();
        var tasks = string.Create(CultureInfo.InvariantCulture, $"{job.Accepted} of {job.File.Tasks} tasks accepted, each by two of {workers} workers");
        return (job.Name, $"{tasks}, in {Views.Seconds(job.View!.ElapsedMs)} s; its receipt is {(job.Receipt.Ok ? "valid" : "NOT valid")}");
    }

    // The receipt's own signature breaks whatever is changed; what follows names the place.
    private string Named() => (Checks.Flipped.FirstOrDefault(static p => p.Field.StartsWith("receipt", StringComparison.Ordinal))
        ?? Checks.Flipped.FirstOrDefault())?.Field ?? "nothing";

    private string Short(string path) => Path.GetRelativePath(Folder, path);

    private string Table() => Short(Checks.TablePath) + Checks.SameAsAwk switch
    {
        true => ", the same as awk's",
        false => ", NOT the same as awk's",
        null => $", not compared: {Checks.WhyNoAwk}",
    };

    private string Recomputed() => Checks.Recomputed is not { } again
        ? $"task {Checks.Tile} not: {Checks.WhyNotRecomputed}"
        : $"task {Checks.Tile} of {Jobs.Picture.Name} by V8: {(again == Checks.Receipted ? "the receipt's SHA-256" : "NOT the receipt's SHA-256")}, {again}";

    private string Who(string peer) => $"{Network.NameOf(peer)} ({Tables.Tail(peer)})";

    private string Third() => string.Create(CultureInfo.InvariantCulture, $"tasks {Plan.FirstLie}, {Plan.FirstLie + 3}, {Plan.FirstLie + 6} …");

    private JsonObject ToJson(TimeSpan time) => new()
    {
        ["nodes"] = Network.Nodes.Count,
        ["pids"] = new JsonArray([.. Network.Nodes.Select(static n => (JsonNode?)n.Pid)]),
        ["seed"] = Plan.Seed,
        ["connections"] = Connections,
        ["isolation"] = Walls.Isolation.Name(),
        ["walls"] = Walls.ToJson(),
        ["jobs"] = Jobs.All.Count,
        ["tasks"] = Jobs.Tasks,
        ["accepted"] = Jobs.Accepted,
        ["fuel"] = Account.Fuel,
        ["picture"] = Jobs.Picture.Results.Gathered,
        ["pictureSha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Jobs.Picture.Results.Gathered!))),
        ["table"] = Checks.TablePath,
        ["sameAsAwk"] = Checks.SameAsAwk,
        ["receipts"] = new JsonArray([.. Jobs.All.Select(static j => (JsonNode?)j.Results.Receipt)]),
        ["flipped"] = new JsonObject
        {
            ["receipt"] = Checks.FlippedPath,
            ["byte"] = Checks.FlippedByte,
            ["fields"] = new JsonArray([.. Checks.Flipped.Select(static p => (JsonNode?)p.Field)]),
        },
        ["recomputed"] = new JsonObject
        {
            ["task"] = Checks.Tile,
            ["receipt"] = Checks.Receipted.ToString(),
            ["v8"] = Checks.Recomputed?.ToString(),
            ["reason"] = Checks.WhyNotRecomputed,
        },
        ["planted"] = new JsonObject { ["worker"] = Account.Liar.PeerId, ["first"] = Plan.FirstLie, ["lies"] = Lies(Account.Planted) },
        ["liars"] = new JsonArray([.. Account.Liars.Select(static l => (JsonNode?)l)]),
        ["rejected"] = Lies(Account.Found),
        ["seconds"] = Math.Round(time.TotalSeconds, 2),
    };

    private static JsonArray Lies(IEnumerable<WorkedTask> tasks) => new([
        .. tasks.Select(static t => (JsonNode)new JsonObject { ["job"] = t.Job, ["task"] = t.Task, ["worker"] = t.Worker.ToString() }),
    ]);
}
