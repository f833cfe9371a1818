// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Leases;

/// <summary>What a running task says, from the worker of its lease to the issuer. Neither side journals it, and it may get lost.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Task">The task.</param>
/// <param name="Report">What it says.</param>
public sealed record LiveMessage(Hash32 LeaseId, uint Task, LiveReport Report) : PeerMessage
{
    /// <summary>Longest encoding in bytes: lines, message, metrics and their tags.</summary>
    public const int MaxBytes = ((LiveReport.LinesMost + 1) * (LiveReport.TextBytes + 4))
        + (LiveReport.MetricsMost * (LiveMetric.NameMost + LiveMetric.ValueMost + 16)) + 80;

    /// <summary>Reads the message.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static LiveMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.LiveReport.Parser, bytes, MaxBytes, "live");
        var report = new LiveReport(
            (uint)Canonical.Within(m.Done, 0, LiveReport.DoneMost, "done"),
            Canonical.Text(m.Message, LiveReport.TextBytes, "message"),
            Canonical.List(m.Metrics, LiveReport.MetricsMost, "metrics", Metric),
            Canonical.Within(m.FirstLine, 0, LiveReport.LineNumberMost, "first_line"),
            Canonical.List(m.Lines, LiveReport.LinesMost, "lines", static (line, field) => Canonical.Text(line, LiveReport.TextBytes, field)));
        return new LiveMessage(Canonical.Hash(m.LeaseId, "lease_id"), (uint)Canonical.Within(m.Task, 0, WireLimits.TasksPerJob - 1, "task"), report);
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Lease;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Live;

    /// <inheritdoc/>
    public override byte[] Encode()
    {
        var m = new V1.LiveReport
        {
            LeaseId = Canonical.Bytes(LeaseId),
            Task = Task,
            Done = Report.Done,
            Message = Report.Message,
            FirstLine = Report.FirstLine,
        };
        foreach (var metric in Report.Metrics) m.Metrics.Add(new V1.LiveMetric { Name = metric.Name, Value = metric.Value, Step = metric.Step });
        m.Lines.AddRange(Report.Lines);
        return m.ToByteArray();
    }

    private static LiveMetric Metric(V1.LiveMetric m, string field)
    {
        if (!LiveMetric.IsName(m.Name)) throw new WireException(field + ".name", "is no name of a metric");
        if (!LiveMetric.IsValue(m.Value)) throw new WireException(field + ".value", "is no number");
        return new LiveMetric(m.Name, m.Value, Canonical.Within(m.Step, 0, LiveMetric.StepMost, field + ".step"));
    }
}
