// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Gpu;

/// <summary>What PTX says of itself before any kernel (NVIDIA, PTX ISA, section 11.1), and its entry points: looked at before a driver sees the text.</summary>
/// <param name="Version">Version of the language, such as <c>7.0</c>.</param>
/// <param name="Target">The oldest card that it is for, such as <c>sm_80</c>.</param>
/// <param name="Entries">Its kernels, and how many parameters each takes.</param>
internal sealed partial record PtxHeader(string Version, string Target, IReadOnlyDictionary<string, int> Entries)
{
    private const int MostEntries = 1024;
    private const int Ahead = 64 << 10; // characters in which version, target and address size must stand: comments go before them

    /// <summary>Reads it.</summary>
    /// <param name="source">The text, at most <see cref="GpuProgram.MostSource"/>.</param>
    /// <returns>The header.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: what is missing.</exception>
    public static PtxHeader Read(string source)
    {
        if (source.Any(static c => c > '~' || (c < ' ' && c is not ('\t' or '\r' or '\n')))) throw Wrong("holds other than printable ASCII");
        string text = WithoutComments(source);
        string head = text[..Math.Min(text.Length, Ahead)].TrimStart();
        if (VersionLine().Match(head) is not { Success: true } version) throw Wrong("does not begin with .version MAJOR.MINOR");
        head = head[version.Length..];
        if (TargetLine().Match(head) is not { Success: true } target) throw Wrong("has no .target sm_NN behind its version");
        if (!AddressSize().IsMatch(head[target.Length..])) throw Wrong("has no .address_size 64 behind its target: there are no 32-bit drivers any more");
        var entries = new Dictionary<string, int>();
        foreach (Match entry in Entry().Matches(text))
        {
            if (entries.Count == MostEntries) throw Wrong($"has more than {MostEntries} entries");
            entries[entry.Groups[1].Value] = Parameter().Count(entry.Groups[2].Value);
        }

        return entries.Count > 0 ? new PtxHeader(version.Groups[1].Value, target.Groups[1].Value, entries) : throw Wrong("has no .entry");
    }

    /// <summary>Whether a card can run it: newer ones run what is for older ones, but for targets that name features of one (a) or of its family (f).</summary>
    /// <param name="capability">The card's compute capability, ten times the major number and the minor one.</param>
    public bool RunsOn(int capability)
    {
        ReadOnlySpan<char> number = Target.AsSpan(3);
        bool exact = number[^1] == 'a', family = number[^1] == 'f';
        int target = int.Parse(number.TrimEnd("af"), NumberStyles.None, CultureInfo.InvariantCulture);
        return exact ? capability == target : capability >= target && (!family || capability / 10 == target / 10);
    }

    /// <summary>
    /// A blank for each comment (section 4.2), in one pass over the text: an expression that finds no end of a comment looks for it again from each further
    /// beginning. What stands in quotes, such as a path, is none.
    /// </summary>
    private static string WithoutComments(ReadOnlySpan<char> rest)
    {
        var text = new StringBuilder(rest.Length);
        while (!rest.IsEmpty)
        {
            if (rest.StartsWith("/*"))
            {
                int end = rest[2..].IndexOf("*/");
                if (end < 0) throw Wrong("has a comment that does not end: close it with */");
                rest = rest[(end + 4)..];
                text.Append(' ');
            }
            else if (rest.StartsWith("//"))
            {
                int end = rest.IndexOf('\n');
                rest = end < 0 ? [] : rest[end..];
                text.Append(' ');
            }
            else
            {
                bool quoted = rest[0] == '"';
                int end = quoted ? rest[1..].IndexOfAny('"', '\n') : rest[1..].IndexOfAny('/', '"');
                int length = end < 0 ? rest.Length : end + (quoted ? 2 : 1);
                text.Append(rest[..length]);
                rest = rest[length..];
            }
        }

        return text.ToString();
    }

    private static PeerComputeException Wrong(string what) => new(ErrorCode.BadInput, $"gpu program: the PTX {what}");

    [GeneratedRegex(@"\A\.version\s+([1-9]\d?\.\d)\s", RegexOptions.NonBacktracking)]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"\A\s*\.target\s+(sm_[1-9]\d{1,2}[af]?)(\s*,\s*[a-z0-9_]+)*\s", RegexOptions.NonBacktracking)]
    private static partial Regex TargetLine();

    [GeneratedRegex(@"\A\s*\.address_size\s+64\s", RegexOptions.NonBacktracking)]
    private static partial Regex AddressSize();

    [GeneratedRegex(@"\.entry\s+([A-Za-z_$%][A-Za-z0-9_$]*)\s*(\([^()]*\))?", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\.param\s", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
