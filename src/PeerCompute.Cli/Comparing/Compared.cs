// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Comparing;

/// <summary>What came out of comparing one file of two folders, or two files.</summary>
/// <param name="Path">Its path from the folders; empty for two files.</param>
/// <param name="By">The way they were compared; null for bytes.</param>
/// <param name="Difference">Empty where they are alike; else what differs.</param>
/// <param name="Distance">How far they are apart, or empty.</param>
internal sealed record Compared(string Path, Comparator? By, string Difference, string Distance)
{
    /// <summary>Whether they are alike.</summary>
    public bool IsAlike => Difference.Length == 0;

    /// <summary>As JSON.</summary>
    public JsonObject Json() => new()
    {
        ["path"] = Path,
        ["by"] = By?.By ?? "bytes",
        ["alike"] = IsAlike,
        ["difference"] = IsAlike ? null : Difference,
        ["distance"] = Distance.Length == 0 ? null : Distance,
    };
}
