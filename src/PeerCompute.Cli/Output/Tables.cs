// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using Spectre.Console;

namespace PeerCompute.Cli.Output;

/// <summary>The API's views for people.</summary>
internal static class Tables
{
    /// <summary>Names with values, one a line, never wrapped; empty values are left out.</summary>
    public static void Facts(IAnsiConsole console, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        var width = 0;
        foreach (var (name, value) in facts) width = value.Length > 0 ? Math.Max(width, name.Length) : width;
        foreach (var (name, value) in facts)
        {
            if (value.Length > 0) console.Profile.Out.Writer.WriteLine($"{name.PadRight(width)}  {Printable.Line(value)}");
        }
    }

    /// <summary>A table of texts.</summary>
    /// <param name="console">Where it goes.</param>
    /// <param name="columns">Headings; one that ends in "#" is aligned to the right.</param>
    /// <param name="rows">Cells.</param>
    public static void Rows(IAnsiConsole console, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            var heading = new TableColumn(Markup.Escape(column.TrimEnd('#'))).NoWrap();
            table.AddColumn(column.EndsWith('#') ? heading.RightAligned() : heading);
        }

        foreach (var row in rows) table.AddRow(row.Select(static cell => Markup.Escape(Printable.Line(cell))).ToArray());
        console.Write(table);
    }

    /// <summary>A job with its tasks and leases.</summary>
    public static void Job(IAnsiConsole console, JobView job)
    {
        Facts(
            console,
            ("job", $"{job.Name} {Views.Hex(job.JobId)}"),
            ("state", Views.Word(job.State) + Why(job)),
            ("tasks", Counts(job)),
            ("time", $"{Views.Seconds(job.ElapsedMs)} s"),
            ("price", string.Create(CultureInfo.InvariantCulture, $"{job.Price} micro-units")),
            ("collect before", Views.CollectBefore(job) + Keepers(job)),
            ("receipt", job.ReceiptPath));
        if (job.Tasks.Count > 0)
        {
            Rows(
                console,
                ["task#", "worker", "lease", "state", "fuel#", "fetch s#", "run s#", "cpu s#", "MiB#", "confirm s#", "error"],
                job.Tasks.Select(t => (string[])
                [
                    Number(t.Index), Tail(t.Worker), Head(Views.Hex(t.LeaseId)), Views.Word(t.State), Number(t.Fuel),
                    Views.Seconds(t.FetchMs), Views.Seconds(t.RunMs), t.CpuMs == 0 ? "" : Views.Seconds(t.CpuMs),
                    t.PeakMemoryBytes == 0 ? "" : Number((t.PeakMemoryBytes + (1 << 20) - 1) >> 20), Views.Seconds(t.ConfirmMs), t.Error,
                ]));
        }

        foreach (var lease in job.Leases.Where(static lease => lease.Live is not null))
            Facts(console, ($"task {lease.Live.Task} on {Tail(lease.Worker)}", LiveWords.Of(lease.Live)));
        if (job.Leases.Count > 0)
        {
            Rows(
                console,
                ["lease", "worker", "tasks", "slot#", "drawn from", "state", "rejected#", "price#", "head"],
                job.Leases.Select(l => (string[])
                [
                    Head(Views.Hex(l.LeaseId)), Tail(l.Worker), l.Count == 0 ? "" : $"{l.First}–{l.First + l.Count - 1}", Number(l.Slot),
                    Head(Views.Hex(l.DrawnFrom)), Views.Word(l.State), l.Rejected == 0 ? "" : Number(l.Rejected), Number(l.Price), Head(l.Head),
                ]));
        }
    }

    /// <summary>Leases on the worker's side; the heads are those that the issuers show.</summary>
    public static void Work(IAnsiConsole console, IEnumerable<WorkView> leases) => Rows(
        console,
        ["lease", "issuer", "job", "tasks", "state", "due#", "head", "why"],
        leases.Select(w => (string[])
        [
            Head(Views.Hex(w.Lease.LeaseId)), Tail(w.Issuer), Head(Views.Hex(w.JobId)), $"{w.Lease.First}–{w.Lease.First + w.Lease.Count - 1}",
            Views.Word(w.Lease.State) + (w.Lease.Keeps ? ", kept" : ""), Number(w.Due), Head(w.Lease.Head), w.Text,
        ]));

    /// <summary>Tasks per state in words.</summary>
    public static string Counts(JobView job)
    {
        if (job.Counts is not { } c) return "";
        (uint Count, string Word)[] parts =
            [(c.Accepted, "accepted"), (c.Confirming, "confirming"), (c.Running, "running"), (c.Pending, "pending"), (c.Failed, "failed")];
        var words = string.Join(", ", parts.Where(p => p.Count > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Count} {p.Word}")));
        return string.Create(CultureInfo.InvariantCulture, $"{c.Total}: {words}");
    }

    /// <summary>Cause and remedy of a job that ended without result, what a living one waits for, or nothing.</summary>
    public static string Why(JobView job) =>
        job.WaitsFor.Length > 0 ? $": {job.WaitsFor}"
        : job.Failure is not { Cause.Length: > 0 } f ? "" : f.Remedy.Length > 0 ? $": {f.Cause} {f.Remedy}" : $": {f.Cause}";

    /// <summary>The end of a peer id, which differs from peer to peer.</summary>
    public static string Tail(string peer) => peer.Length <= 8 ? peer : "…" + peer[^8..];

    /// <summary>A number for people.</summary>
    public static string Number(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How many workers keep results for the client, or nothing.</summary>
    private static string Keepers(JobView job)
    {
        var workers = job.Leases.Where(static l => l.Keeps).Select(static l => l.Worker).Distinct().Count();
        return workers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", kept by {workers} worker{(workers == 1 ? "" : "s")}");
    }

    private static string Head(string hex) => hex.Length <= 8 ? hex : hex[..8];
}
