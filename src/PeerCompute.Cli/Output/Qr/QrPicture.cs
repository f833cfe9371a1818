// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Cli.Output.Qr;

/// <summary>A QR code in characters: two modules above each other in one half block, light ones drawn, with the quiet zone of four modules.</summary>
internal static class QrPicture
{
    private const int Quiet = 4;

    // White on black whatever the terminal's own colours are.
    private const string Colours = "\u001b[97;40m";
    private const string Plain = "\u001b[0m";

    /// <summary>The lines of the picture.</summary>
    /// <param name="modules">Modules, [row, column], true for dark.</param>
    /// <param name="coloured">Sets the colours of a terminal; without them the picture is right on a dark ground.</param>
    public static IEnumerable<string> Lines(bool[,] modules, bool coloured)
    {
        var size = modules.GetLength(0);
        bool Light(int row, int column) => row < 0 || column < 0 || row >= size || column >= size || !modules[row, column];
        for (var row = -Quiet; row < size + Quiet; row += 2)
        {
            var line = new StringBuilder(coloured ? Colours : "");
            for (var column = -Quiet; column < size + Quiet; column++)
            {
                line.Append((Light(row, column), row + 1 >= size + Quiet || Light(row + 1, column)) switch
                {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    _ => ' ',
                });
            }

            yield return line.Append(coloured ? Plain : "").ToString();
        }
    }
}
