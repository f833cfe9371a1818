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

    /// <summary>The repair that the adverts which lack one thing only point to.</summary>
    /// <param name="requirement">What they lack.</param>
    /// <param name="levels">What each has of it, at least one.</param>
    /// <param name="moreAt">Adverts that fit besides, once the need is weakened to a level.</param>
    /// <returns>The repair.</returns>
    internal static Repair Of(Requirement requirement, List<ulong> levels, Func<ulong, int> moreAt)
    {
        var (least, most) = (levels[0], levels[0]);
        foreach (var level in levels) (least, most) = (Math.Min(least, level), Math.Max(most, level));
        var (nearest, farthest) = requirement == Requirement.Price ? (least, most) : (Words.Round(requirement, most), Words.Round(requirement, least));
        return new Repair(requirement, nearest, moreAt(nearest), farthest, moreAt(farthest));
    }
}
