// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>A file that a scenario names: times between places, sessions, jobs.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Bytes">What it holds.</param>
internal sealed record DataFile(string Name, byte[] Bytes)
{
    /// <summary>Most bytes of one.</summary>
    public const int BytesMost = 64 << 20;

    /// <summary>Its lines with their numbers; comments (#) and empty ones are left out.</summary>
    public IEnumerable<(int Number, string Text)> Lines()
    {
        using var reader = new StreamReader(new MemoryStream(Bytes), Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var text = line.Trim();
            if (text.Length > 0 && text[0] != '#') yield return (number, text);
        }
    }

    /// <summary>A complaint that names file and line.</summary>
    public PeerComputeException Bad(long line, string text) => YamlMap.Bad(Name, line, text);
}
