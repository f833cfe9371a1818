// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>What became of an attempt.</summary>
/// <param name="Name">The attempt.</param>
/// <param name="Verdict">Its own word, or the suite's where it could not say one.</param>
/// <param name="Errno">The error number that stopped it, 0 where there is none.</param>
/// <param name="Note">What was reached, or what stopped it.</param>
internal sealed record Seen(string Name, Verdict Verdict, int Errno, string Note)
{
    /// <summary>The exit code of a process that the filter of system calls has ended, 128 + SIGSYS.</summary>
    public const int ExitOfFilter = 159;

    private static readonly Dictionary<string, Verdict> Words = new(StringComparer.Ordinal)
    {
        ["escaped"] = Verdict.Escaped, ["stopped"] = Verdict.Stopped, ["misused"] = Verdict.Misused,
    };

    /// <summary>Reads the last line by which an attempt says its verdict; null where it said none.</summary>
    /// <param name="name">The attempt.</param>
    /// <param name="said">Its standard output.</param>
    public static Seen? Read(string name, string said)
    {
        foreach (string line in said.Split('\n').Reverse())
        {
            string[] words = line.Split(' ', 3);
            if (words.Length < 2 || !Words.TryGetValue(words[0], out Verdict verdict)) continue;
            if (int.TryParse(words[1], CultureInfo.InvariantCulture, out int errno)) return new Seen(name, verdict, errno, words.Length > 2 ? words[2] : "");
        }

        return null;
    }

    /// <summary>On one line, tabs between.</summary>
    public string Line() => string.Create(CultureInfo.InvariantCulture, $"seen\t{Name}\t{Verdict}\t{Errno}\t{Note.ReplaceLineEndings(" ").Replace('\t', ' ')}");

    /// <summary>Reads such a line; null where it is none.</summary>
    public static Seen? FromLine(string line) => line.Split('\t') is ["seen", var name, var verdict, var errno, var note]
        ? new Seen(name, Enum.Parse<Verdict>(verdict), int.Parse(errno, CultureInfo.InvariantCulture), note) : null;
}
