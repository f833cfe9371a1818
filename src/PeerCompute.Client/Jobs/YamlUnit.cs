// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Client.Jobs;

/// <summary>How a value is written in a job file.</summary>
/// <param name="What">Words for messages.</param>
/// <param name="Example">An example.</param>
/// <param name="TryRead">Reads a value.</param>
/// <param name="Write">Writes a value.</param>
internal sealed record YamlUnit(string What, string Example, YamlUnit.Reader TryRead, Func<ulong, string> Write)
{
    /// <summary>Reads a value.</summary>
    public delegate bool Reader(string text, out ulong value);

    /// <summary>Bytes with a unit.</summary>
    public static YamlUnit Size { get; } = new("a size with a unit (B, KiB, MiB, GiB, KB, MB, GB)", "64MiB", Units.TrySize, Units.Size);

    /// <summary>Milliseconds with a unit.</summary>
    public static YamlUnit Duration { get; } = new("a duration with a unit (ms, s, m, h, d)", "30s", Units.TryDuration, Units.Duration);

    /// <summary>A number, with k, M, G or T if one likes.</summary>
    public static YamlUnit Amount { get; } = new("a whole number (k, M, G, T may follow)", "200M", Units.TryAmount, Units.Amount);
}
