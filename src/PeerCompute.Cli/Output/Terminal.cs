// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using Spectre.Console;

namespace PeerCompute.Cli.Output;

/// <summary>Standard output and error of one command: results on the first, words on the second.</summary>
/// <param name="json">Results as JSON.</param>
internal sealed class Terminal(bool json)
{
    private const int WidthOfFiles = 240;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Results are asked for as JSON.</summary>
    public bool Json { get; } = json;

    /// <summary>A person watches standard error.</summary>
    public bool ShowsProgress { get; } = !Console.IsErrorRedirected;

    /// <summary>A person can be asked.</summary>
    public bool HasPerson { get; } = !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Prints the result of a command, once.</summary>
    /// <param name="value">As JSON.</param>
    /// <param name="show">For people.</param>
    public void Result(Func<JsonNode> value, Action<IAnsiConsole> show)
    {
        if (Json) Console.Out.WriteLine(value().ToJsonString(Indented));
        else show(OnStandardOutput());
        Console.Out.Flush();
    }

    /// <summary>Prints one of many results of a command as one line of JSON; nothing where people read.</summary>
    /// <param name="value">As JSON.</param>
    public void Event(Func<JsonNode> value)
    {
        if (!Json) return;
        Console.Out.WriteLine(value().ToJsonString(OneLine));
        Console.Out.Flush();
    }

    /// <summary>Prints a line of a result for people, as it is.</summary>
    /// <param name="text">One line.</param>
    public void Line(string text) => Console.Out.WriteLine(text);

    /// <summary>Tells something beside the result.</summary>
    /// <param name="text">One line.</param>
    public void Note(string text) => Console.Error.WriteLine(Printable.Line(text));

    /// <summary>Shows a line that the next one replaces; nothing when nobody watches.</summary>
    /// <param name="text">The line; empty clears it.</param>
    public void Progress(string text)
    {
        if (!ShowsProgress) return;
        var width = Math.Max(20, Console.BufferWidth - 1);
        Console.Error.Write("\r\u001b[K" + Printable.Line(text, width));
    }

    /// <summary>Tells an error.</summary>
    /// <param name="code">Its kind.</param>
    /// <param name="message">Cause and remedy.</param>
    /// <param name="detail">More lines for a report; empty for expected errors.</param>
    /// <returns>The exit code.</returns>
    public int Fail(ErrorCode code, string message, string detail = "")
    {
        Progress("");
        foreach (var line in message.Split('\n')) Console.Error.WriteLine($"error: {Printable.Line(line)}");
        if (detail.Length > 0) Console.Error.WriteLine(detail);
        if (Json)
        {
            var error = new JsonObject { ["error"] = new JsonObject { ["code"] = code.ToString(), ["message"] = message } };
            Console.Out.WriteLine(error.ToJsonString(Indented));
        }

        return (int)code;
    }

    private static IAnsiConsole OnStandardOutput()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfFiles;
        return console;
    }
}
