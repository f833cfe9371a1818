// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace PeerCompute.Simulator.Sweeps;

/// <summary>One point of a sweep: values for some of the scenario's parameters.</summary>
/// <param name="Values">The values.</param>
public sealed record SweepPoint(ImmutableSortedDictionary<string, string> Values)
{
    private const int NameMost = 80;

    /// <summary>The point at which the scenario stays as it is.</summary>
    public static SweepPoint Plain { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The point in words: <c>workers=40,loss=2%</c>; empty for the scenario as it is.</summary>
    public string Label => string.Join(',', Values.Select(static v => $"{v.Key}={v.Value}"));

    /// <summary>Name of its folder: its words, and a hash of them where they are long or have characters that no file name should have.</summary>
    public string FolderName
    {
        get
        {
            if (Values.IsEmpty) return "plain";
            var name = new string([.. Label.Take(NameMost).Select(static c => char.IsAsciiLetterOrDigit(c) || "=,._%-".Contains(c) ? c : '_')]).TrimStart('.');
            return name == Label ? name : $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Label)))[..8]}";
        }
    }

    /// <summary>This point with more values.</summary>
    /// <param name="values">They take the place of those of the same name.</param>
    public SweepPoint With(IEnumerable<KeyValuePair<string, string>> values) => new(Values.SetItems(values));
}
