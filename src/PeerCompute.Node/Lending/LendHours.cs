// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Node.Lending;

/// <summary>
/// Local times of day at which an owner lends. Judged by the clock on the wall: where it is set back in autumn an hour counts twice, where it
/// is set forward in spring an hour is missing, and on a journey the machine's time zone counts.
/// </summary>
/// <param name="Ranges">At most <see cref="RangesMost"/>; none for always.</param>
public sealed record LendHours(ImmutableArray<LendRange> Ranges)
{
    /// <summary>Most ranges.</summary>
    public const int RangesMost = 8;

    private const string AlwaysWord = "always";

    /// <summary>Every hour.</summary>
    public static LendHours Always { get; } = new(ImmutableArray<LendRange>.Empty);

    /// <summary>Reads ranges as a person writes them.</summary>
    /// <param name="text"><c>always</c>, or ranges between commas, for example <c>22:00-08:00, 12:00-13:00</c>.</param>
    /// <returns>The hours, or null where a range is none or there are too many.</returns>
    public static LendHours? TryParse(string text) => text.Trim() == AlwaysWord ? Always : text.Trim().Length == 0 ? null : TryParse(text.Split(','));

    /// <summary>Reads ranges.</summary>
    /// <param name="texts">One range each; none for always.</param>
    /// <returns>The hours, or null where a range is none or there are too many.</returns>
    public static LendHours? TryParse(IReadOnlyCollection<string> texts)
    {
        if (texts.Count > RangesMost) return null;
        var ranges = ImmutableArray.CreateBuilder<LendRange>(texts.Count);
        foreach (var text in texts)
        {
            if (LendRange.TryParse(text) is not { } range) return null;
            ranges.Add(range);
        }

        return new LendHours(ranges.MoveToImmutable());
    }

    /// <summary>Whether a time of day lies within.</summary>
    /// <param name="local">Local time of day.</param>
    /// <returns>True when the owner lends then.</returns>
    public bool Contains(TimeOnly local) => Ranges.IsEmpty || Ranges.Any(range => range.Contains(local));

    /// <inheritdoc/>
    public bool Equals(LendHours? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc/>
    public override int GetHashCode() => Ranges.Length;

    /// <summary>The hours as they are written.</summary>
    /// <returns>For example <c>22:00-08:00, 12:00-13:00</c>, or <c>always</c>.</returns>
    public override string ToString() => Ranges.IsEmpty ? AlwaysWord : string.Join(", ", Ranges);
}
