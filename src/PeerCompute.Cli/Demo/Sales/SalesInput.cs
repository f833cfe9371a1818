// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Cli.Demo.Sales;

/// <summary>The input of the demo's second job: the sales of a year, made from a seed by the rule of docs/samples/csv/README.md.</summary>
internal static class SalesInput
{
    /// <summary>Rows of the demo.</summary>
    public const int Rows = 200_000;

    private const long FirstSecond = 1_735_689_600; // 2025-01-01T00:00:00Z
    private const long SecondsApart = 157;
    private static readonly string[] Regions = ["alps", "coast", "delta", "forest", "harbour", "island", "plain", "valley"];

    private static readonly string[] Categories =
        ["books", "clothes", "flowers", "games", "garden", "groceries", "music", "paper", "shoes", "sports", "tools", "toys"];

    /// <summary>Writes the file.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="seed">Everything that chance decides follows from it.</param>
    /// <param name="rows">How many.</param>
    public static void Write(Stream output, ulong seed, int rows)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("time,region,category,quantity,cents");
        var chance = new MinimalStandard(seed);
        for (var i = 0; i < rows; i++)
        {
            var (region, category, quantity) = (Regions[chance.Below(Regions.Length)], Categories[chance.Below(Categories.Length)], 1 + chance.Below(9));
            if (chance.Below(50) == 0) quantity = -quantity;
            var time = FirstSecond + (SecondsApart * i);
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time},{region},{category},{quantity},{99 + chance.Below(49_901)}"));
        }
    }

    // Park and Miller, "Random number generators: good ones are hard to find", CACM 31 (1988): any language has it in a line.
    private struct MinimalStandard(ulong seed)
    {
        private const ulong Modulus = (1UL << 31) - 1;
        private ulong _x = (seed % (Modulus - 1)) + 1;

        public int Below(int bound)
        {
            _x = 16_807 * _x % Modulus;
            return (int)(_x % (ulong)bound);
        }
    }
}
