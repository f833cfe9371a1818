// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Lending;

namespace PeerCompute.Cli.Lending;

/// <summary>Asks an owner for the terms, one by one; an empty answer keeps what is in brackets.</summary>
/// <param name="input">Answers, a line each.</param>
/// <param name="output">Where the questions go.</param>
internal sealed class LendQuestions(TextReader input, TextWriter output)
{
    private const int TriesMost = 5;

    /// <summary>Asks for hours, share and price.</summary>
    /// <param name="view">What is lent now.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Usage"/>: no answer, or none that is understood.</exception>
    public LendRequest Terms(LendingView view)
    {
        var request = new LendRequest { Hours = new Hours() };
        var hours = view.Hours.Ranges.Count == 0 ? "always" : string.Join(", ", view.Hours.Ranges);
        request.Hours.Ranges.AddRange(Ask("hours, local time such as 22:00-08:00, or always", hours, static text => LendHours.TryParse(text))
            .Ranges.Select(static r => r.ToString()));
        var percent = Ask("share of the machine such as 50%, or keep", "keep", static text => Percent(text))[0];
        if (percent > 0) (request.Slots, request.MemoryBytes) = Share.Of(percent, view.Devices);
        request.PerTaskMicro = Ask("price of one task, micro-units", view.PerTaskMicro.ToString(CultureInfo.InvariantCulture), static text => Number(text))[0];
        return request;
    }

    /// <summary>Asks for a yes.</summary>
    /// <param name="question">What about.</param>
    public bool Agrees(string question)
    {
        output.Write($"{question} [y/N] ");
        return input.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private T Ask<T>(string question, string kept, Func<string, T?> read)
        where T : class
    {
        for (var tries = 0; tries < TriesMost; tries++)
        {
            output.Write($"{question} [{kept}]: ");
            if (input.ReadLine() is not { } line) throw new PeerComputeException(ErrorCode.Usage, "The answers ended: nothing was changed.");
            if (read(line.Trim().Length == 0 ? kept : line.Trim()) is { } answer) return answer;
            output.WriteLine($"'{line.Trim()}' is not understood.");
        }

        throw new PeerComputeException(ErrorCode.Usage, "No answer was understood: nothing was changed.");
    }

    private static int[]? Percent(string text) => text == "keep" ? [0] : Share.TryParse(text, out var percent) ? [percent] : null;

    private static ulong[]? Number(string text)
        => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Node.Homes.HomeConfig.PriceMost ? [number] : null;
}
