// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Adverts;

/// <summary>How asking for less of one thing makes adverts fit that lack nothing else.</summary>
/// <param name="Requirement">What to ask less of.</param>
/// <param name="Nearest">The smallest change that helps, in the requirement's unit.</param>
/// <param name="AtNearest">Adverts that fit then besides those that fit already.</param>
/// <param name="Farthest">The change that helps all that can be helped.</param>
/// <param name="AtFarthest">Adverts that fit then besides those that fit already.</param>
public sealed record Repair(Requirement Requirement, ulong Nearest, int AtNearest, ulong Farthest, int AtFarthest)
{
    /// <summary>Whether the asker can ask for less of it.</summary>
    /// <param name="requirement">The requirement.</param>
    /// <returns>False for what only the node can change.</returns>
    public static bool Can(Requirement requirement) => requirement is not (Requirement.Heard or Requirement.TakesWork);

    /// <summary>Whether it has levels; else the need is dropped as a whole.</summary>
    /// <param name="requirement">The requirement.</param>
    /// <returns>True for sizes, counts, classes and prices.</returns>
    public static bool HasLevels(Requirement requirement)
        => Can(requirement) && requirement is not (Requirement.Runtime or Requirement.Semantics or Requirement.Device or Requirement.Region);

    /// <summary>The repair for adverts that lack one thing only.</summary>
    /// <param name="requirement">What they lack.</param>
    /// <param name="levels">What each has of it, at least one.</param>
    /// <returns>The repair.</returns>
    internal static Repair Of(Requirement requirement, List<ulong> levels)
    {
        if (!HasLevels(requirement)) return new Repair(requirement, 0, levels.Count, 0, levels.Count);
        var down = requirement != Requirement.Price;
        var (nearest, farthest) = (levels[0], levels[0]);
        foreach (var level in levels)
        {
            nearest = down ? Math.Max(nearest, level) : Math.Min(nearest, level);
            farthest = down ? Math.Min(farthest, level) : Math.Max(farthest, level);
        }

        (nearest, farthest) = (Words.Round(requirement, nearest), Words.Round(requirement, farthest));
        var helped = 0;
        foreach (var level in levels)
        {
            if (down ? level >= nearest : level <= nearest) helped++;
        }

        return new Repair(requirement, nearest, helped, farthest, levels.Count);
    }
}
