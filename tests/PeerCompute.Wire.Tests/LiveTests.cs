// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Wire.Tests;

public class LiveTests
{
    [TestCase("0", true)]
    [TestCase("-12.50", true)]
    [TestCase("1e9", true)]
    [TestCase("1.5E-300", true)]
    [TestCase("nan", true)]
    [TestCase("-inf", true)]
    [TestCase("", false)]
    [TestCase("-", false)]
    [TestCase("+1", false)]
    [TestCase("1.", false)]
    [TestCase(".5", false)]
    [TestCase("1e", false)]
    [TestCase("1e+", false)]
    [TestCase("0x1f", false)]
    [TestCase("1,5", false)]
    [TestCase("٣", false)]
    [TestCase("123456789012345678901234567890123", false)]
    public void AValueIsADecimalNumber(string text, bool expected) => Assert.That(LiveMetric.IsValue(text), Is.EqualTo(expected));

    [TestCase("train/loss:0.5-a_b", true)]
    [TestCase("", false)]
    [TestCase("a b", false)]
    [TestCase("ä", false)]
    [TestCase("\u001b[2J", false)]
    public void ANameIsPlain(string text, bool expected) => Assert.That(LiveMetric.IsName(text), Is.EqualTo(expected));

    [Test]
    public void TheLargestReportFitsAndOneStepBeyondDoesNot()
    {
        var most = new LiveReport(
            LiveReport.DoneMost,
            new string('中', LiveReport.TextMost),
            [.. Enumerable.Range(0, LiveReport.MetricsMost).Select(LongestMetric)],
            LiveReport.LineNumberMost,
            [.. Enumerable.Repeat(new string('中', LiveReport.TextMost), LiveReport.LinesMost)]);
        var bytes = Message(most).Encode();
        Assert.That(bytes, Has.Length.LessThanOrEqualTo(LiveMessage.MaxBytes));
        Assert.That(LiveMessage.Decode(bytes).Report.Lines, Has.Length.EqualTo(LiveReport.LinesMost));
        Refused(most with { Done = LiveReport.DoneMost + 1 }, "done");
        Refused(most with { Message = most.Message + "x" }, "message");
        Refused(most with { Lines = most.Lines.SetItem(0, most.Message + "x") }, "lines[0]");
        Refused(most with { Lines = [.. Enumerable.Repeat("", LiveReport.LinesMost + 1)] }, "lines");
        Refused(most with { Metrics = [.. Enumerable.Repeat(new LiveMetric("a", "1", 0), LiveReport.MetricsMost + 1)] }, "metrics");
        Refused(most with { Metrics = [new LiveMetric("a\n", "1", 0)] }, "metrics[0].name");
        Refused(most with { Metrics = [new LiveMetric("a", "one", 0)] }, "metrics[0].value");
        Refused(most with { Metrics = [new LiveMetric("a", "1", LiveMetric.StepMost + 1)] }, "metrics[0].step");
        Refused(most with { FirstLine = LiveReport.LineNumberMost + 1 }, "first_line");
    }

    private static LiveMetric LongestMetric(int i) =>
        new($"{i}".PadLeft(LiveMetric.NameMost, 'm'), new string('9', LiveMetric.ValueMost), LiveMetric.StepMost);

    private static LiveMessage Message(LiveReport report) => new(Hash32.Of([1]), WireLimits.TasksPerJob - 1, report);

    private static void Refused(LiveReport report, string field)
        => Assert.That(() => LiveMessage.Decode(Message(report).Encode()), Throws.InstanceOf<WireException>().With.Message.StartsWith(field));
}
