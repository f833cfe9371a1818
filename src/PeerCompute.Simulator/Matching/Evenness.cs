// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>How evenly something is shared.</summary>
internal static class Evenness
{
    /// <summary>
    /// Jain's index, (Σx)² / (n Σx²): 1 where all have the same, k/n where k of n share it (Jain, Chiu and Hawe, DEC-TR-301, 1984).
    /// </summary>
    /// <returns>From 1/n to 1; 1 where nobody has anything.</returns>
    public static double Jain(IReadOnlyCollection<double> shares)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var x in shares) (sum, squares) = (sum + x, squares + (x * x));
        return squares == 0 ? 1 : sum * sum / (shares.Count * squares);
    }

    /// <summary>Gini's coefficient: 0 where all have the same, near 1 where one has all.</summary>
    public static double Gini(IEnumerable<double> shares)
    {
        var sorted = shares.Order().ToArray();
        var (sum, weighted) = (0.0, 0.0);
        for (var i = 0; i < sorted.Length; i++) (sum, weighted) = (sum + sorted[i], weighted + ((i + 1) * sorted[i]));
        return sum == 0 ? 0 : ((2 * weighted) - ((sorted.Length + 1) * sum)) / (sorted.Length * sum);
    }

    /// <summary>What the hundredth part with the most has of all; at least one of them is looked at.</summary>
    public static double TopPercent(IEnumerable<double> shares)
    {
        var sorted = shares.OrderDescending().ToArray();
        var sum = sorted.Sum();
        return sum == 0 ? 0 : sorted.Take(Math.Max(1, sorted.Length / 100)).Sum() / sum;
    }
}
