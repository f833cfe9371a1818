// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Reads what a program says of itself out of its standard error (docs/live.md): lines that begin with a mark, in their exact form, set percentage, message or
/// a metric; all others are lines of its log. Filled by the thread that reads the stream, emptied by another one.
/// </summary>
internal sealed class LiveLines
{
    /// <summary>Bytes of a line that are looked at; what follows up to its end is not.</summary>
    private const int LineBytes = 1024;

    private const string Progress = "::progress ", Message = "::message ", Metric = "::metric ";

    private readonly Lock _lock = new();
    private readonly byte[] _line = new byte[LineBytes];
    private readonly Queue<string> _lines = new();
    private readonly List<LiveMetric> _metrics = [];
    private int _length;
    private uint _done;
    private string _message = "";
    private ulong _next;
    private bool _news;

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            for (int end; (end = bytes.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; bytes = bytes[(end + 1)..])
            {
                Append(bytes[..end]);
                EndLine();
            }

            Append(bytes);
        }
    }

    /// <summary>What is told now, with the last lines, known ones too: reports may get lost. Null when nothing is new since the last call.</summary>
    /// <param name="again">Whether it is wanted although nothing is new.</param>
    public LiveReport? Take(bool again = false)
    {
        lock (_lock)
        {
            if (!_news && !again) return null;
            _news = false;
            return new LiveReport(_done, _message, [.. _metrics], _next - (ulong)_lines.Count, [.. _lines]);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, LineBytes - _length)];
        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
    }

    private void EndLine()
    {
        if (_length == 0) return; // between a carriage return and a line feed is nothing, and empty lines tell nothing
        string line = Encoding.UTF8.GetString(_line, 0, _length);
        _length = 0;
        _news = true;
        if (IsMark(line)) return;
        if (_lines.Count == LiveReport.LinesMost) _lines.Dequeue();
        _lines.Enqueue(Printable.Line(line, LiveReport.TextMost));
        _next = Math.Min(_next + 1, LiveReport.LineNumberMost);
    }

    private bool IsMark(string line)
    {
        if (line.StartsWith(Progress, StringComparison.Ordinal)) return IsProgress(line.AsSpan(Progress.Length));
        if (line.StartsWith(Metric, StringComparison.Ordinal)) return IsMetric(line[Metric.Length..].Split(' '));
        if (!line.StartsWith(Message, StringComparison.Ordinal)) return false;
        _message = Printable.Line(line[Message.Length..], LiveReport.TextMost);
        return true;
    }

    private bool IsProgress(ReadOnlySpan<char> text)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (!char.IsAsciiDigit(text.IsEmpty ? ' ' : text[0]) || !decimal.TryParse(text, style, CultureInfo.InvariantCulture, out decimal percent)) return false;
        if (percent > 100) return false;
        _done = (uint)(percent * 100);
        return true;
    }

    private bool IsMetric(string[] words)
    {
        ulong step = 0;
        if (words.Length is not (2 or 3) || !LiveMetric.IsName(words[0]) || !LiveMetric.IsValue(words[1])) return false;
        if (words.Length == 3 && !ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out step)) return false;
        if (step > LiveMetric.StepMost) return false;
        int at = _metrics.FindIndex(metric => metric.Name == words[0]);
        if (at < 0 && _metrics.Count == LiveReport.MetricsMost) return false;
        var metric = new LiveMetric(words[0], words[1], step);
        if (at < 0) _metrics.Add(metric);
        else _metrics[at] = metric;
        return true;
    }
}
