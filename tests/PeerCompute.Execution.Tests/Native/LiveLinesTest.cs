// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Execution.Native;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Execution.Tests.Native;

[TestFixture]
internal sealed class LiveLinesTest
{
    [Test]
    public void Marked_lines_are_told_and_all_others_are_the_log()
    {
        LiveReport report = Read("start\n::progress 42.57\n::message epoch 3 of 7\n::metric loss 0.25 3\n::metric acc 9e-1\n::metric loss 0.125 4\nend\n");
        Assert.That((report.Done, report.Message), Is.EqualTo((4257u, "epoch 3 of 7")));
        Assert.That(report.Metrics, Is.EqualTo(new[] { new LiveMetric("loss", "0.125", 4), new LiveMetric("acc", "9e-1", 0) }));
        Assert.That((report.FirstLine, string.Join('|', report.Lines)), Is.EqualTo((0UL, "start|end")));
    }

    [TestCase("::progress 100.01")]
    [TestCase("::progress -1")]
    [TestCase("::progress  1")]
    [TestCase("::progress 1,5")]
    [TestCase("::progress 99999999999999999999999999999999999")]
    [TestCase("::progress")]
    [TestCase("::progress .5")]
    [TestCase("::metric loss")]
    [TestCase("::metric loss one")]
    [TestCase("::metric lo$$ 1")]
    [TestCase("::metric loss 1 -1")]
    [TestCase("::metric loss 1 99999999999999999")]
    [TestCase("::metric loss 1 2 3")]
    [TestCase(" ::progress 1")]
    [TestCase("::Progress 1")]
    [TestCase("::unknown 1")]
    public void What_is_not_in_the_exact_form_is_a_line_of_the_log(string line)
    {
        LiveReport report = Read(line + "\n");
        Assert.That((report.Done, report.Message, report.Metrics.Length, report.Lines.Single()), Is.EqualTo((0u, "", 0, line)));
    }

    [Test]
    public void A_program_that_floods_is_bounded_in_names_lines_and_lengths()
    {
        var live = new LiveLines();
        for (int i = 0; i < 100_000; i++) live.Add(Encoding.UTF8.GetBytes($"::metric m{i} {i}\n"));
        live.Add(new byte[10 << 20]);
        live.Add("\n"u8);
        LiveReport report = live.Take()!;
        Assert.That((report.Metrics.Length, report.Metrics[^1].Name), Is.EqualTo((LiveReport.MetricsMost, "m15")));
        Assert.That(report.Lines, Has.Length.EqualTo(LiveReport.LinesMost));
        Assert.That(report.FirstLine, Is.EqualTo(100_000UL - LiveReport.MetricsMost + 1 - LiveReport.LinesMost), "what is left out is counted");
        Assert.That(report.Lines[^1], Is.EqualTo(new string('\uFFFD', LiveReport.TextMost)), "zero bytes are shown, and cut off");
        Assert.That(new LiveMessage(Base.Crypto.Hash32.Of([1]), 0, report).Encode(), Has.Length.LessThan(LiveMessage.MaxBytes));
        Assert.That(live.Take(), Is.Null, "nothing is new");
    }

    [Test]
    public void Bytes_that_a_terminal_obeys_and_bytes_that_are_no_text_are_replaced()
    {
        LiveReport report = Read("::message \u001b]0;title\u0007\n\u001b[2Jgone\n");
        Assert.That((report.Message, report.Lines.Single()), Is.EqualTo(("\uFFFD]0;title\uFFFD", "\uFFFD[2Jgone")));
        var live = new LiveLines();
        live.Add([0xff, 0xfe, (byte)'x', (byte)'\n']);
        Assert.That(live.Take()!.Lines.Single(), Is.EqualTo("\uFFFD\uFFFDx"));
    }

    [Test]
    public void A_bar_that_is_drawn_over_itself_gives_its_states_as_lines()
    {
        LiveReport report = Read(" 10%|#\r 20%|##\r\n\n\rdone\n");
        Assert.That(report.Lines, Is.EqualTo(new[] { " 10%|#", " 20%|##", "done" }));
    }

    [Test]
    public void Where_a_read_ends_changes_nothing([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        byte[] text = Encoding.UTF8.GetBytes("::progress 1\nä中 one\r\n::message ö\n::metric a 1 2\n::progress 2.5\nlast\n");
        var choices = new Choices(seed);
        var live = new LiveLines();
        for (int at = 0; at < text.Length;)
        {
            int count = Math.Min(text.Length - at, 1 + (int)(choices.Next() % 9));
            live.Add(text.AsSpan(at, count));
            at += count;
        }

        LiveReport pieces = live.Take()!, whole = Read(Encoding.UTF8.GetString(text));
        Assert.That((pieces.Done, pieces.Message), Is.EqualTo((whole.Done, whole.Message)), $"seed {seed}");
        Assert.That(pieces.Lines.Concat(pieces.Metrics.Select(static m => m.Name)), Is.EqualTo(new[] { "ä中 one", "last", "a" }), $"seed {seed}");
    }

    private static LiveReport Read(string text)
    {
        var live = new LiveLines();
        live.Add(Encoding.UTF8.GetBytes(text));
        return live.Take()!;
    }
}
