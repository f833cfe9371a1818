// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>Why so many, so few or no nodes fit a job: every advert is counted once.</summary>
/// <param name="Seen">Adverts looked at.</param>
/// <param name="Fits">Those that meet every requirement.</param>
/// <param name="Lines">One line for each requirement that some advert does not meet, in canonical order.</param>
public sealed record Explanation(int Seen, int Fits, ImmutableArray<ExplanationLine> Lines)
{
    private static readonly int Requirements = (int)Requirement.Price + 1;

    /// <summary>Explains.</summary>
    /// <param name="needs">What the job needs.</param>
    /// <param name="adverts">The adverts, each once; no load where no status counts.</param>
    /// <returns>The explanation.</returns>
    public static Explanation Of(Needs needs, IReadOnlyList<(Capabilities Has, Load? Load)> adverts)
    {
        var fits = 0;
        var (first, unmet, alone) = (new int[Requirements], new int[Requirements], new List<ulong>?[Requirements]);
        foreach (var (has, load) in adverts)
        {
            var shortfalls = Matcher.Match(needs, has, load);
            if (shortfalls.IsEmpty) fits++;
            else first[(int)shortfalls[0].Requirement]++;
            foreach (var shortfall in shortfalls) unmet[(int)shortfall.Requirement]++;
            if (shortfalls.Length == 1) (alone[(int)shortfalls[0].Requirement] ??= []).Add(shortfalls[0].Level);
        }

        var lines = ImmutableArray.CreateBuilder<ExplanationLine>();
        for (var i = 0; i < Requirements; i++)
        {
            if (unmet[i] == 0) continue;
            var requirement = (Requirement)i;
            var repair = alone[i] is { } levels && Repair.Can(requirement)
                ? Repair.Of(requirement, levels, level => Fitting(needs.With(requirement, level), adverts) - fits)
                : null;
            lines.Add(new ExplanationLine(requirement, first[i], unmet[i], repair, Words.Line(needs, requirement, repair)));
        }

        return new Explanation(adverts.Count, fits, lines.DrainToImmutable());
    }

    private static int Fitting(Needs needs, IReadOnlyList<(Capabilities Has, Load? Load)> adverts)
    {
        var fits = 0;
        foreach (var (has, load) in adverts)
        {
            if (Matcher.Match(needs, has, load).IsEmpty) fits++;
        }

        return fits;
    }
}
