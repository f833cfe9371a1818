// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Numbers;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>
/// When two outputs of one task are alike although their bytes differ (docs/job-file.md, Tolerances). An output without one is compared byte for byte.
/// </summary>
/// <param name="Output">Name of the output, a file; empty for the standard output.</param>
/// <param name="By">One of <see cref="Known"/>.</param>
public sealed record Comparator(string Output, string By)
{
    /// <summary>Numbers within tolerances, what stands between them equal.</summary>
    public const string Numbers = "numbers";

    /// <summary>Pictures with at least this ratio of peak signal to noise.</summary>
    public const string Psnr = "psnr";

    /// <summary>Pictures with at least this structural similarity.</summary>
    public const string Ssim = "ssim";

    /// <summary>Texts that differ in blanks at the ends of lines at most.</summary>
    public const string Text = OutputForm.Text;

    /// <summary>The same, with the lines in any order.</summary>
    public const string Lines = OutputForm.Lines;

    /// <summary>Largest <see cref="Least"/> of a psnr, tenths of a decibel: 8-bit pictures that differ are below 100 dB by far.</summary>
    public const uint PsnrMost = 1_000;

    /// <summary>Largest <see cref="Least"/> of an ssim, millionths: equal pictures.</summary>
    public const uint SsimMost = 1_000_000;

    /// <summary>The ways of this version.</summary>
    public static readonly string[] Known = [Numbers, Psnr, Ssim, Text, Lines];

    /// <summary>Of numbers: absolute tolerance as <see cref="ExactDecimal"/> in text, or empty for 0.</summary>
    public string Absolute { get; init; } = "";

    /// <summary>Of numbers: tolerance relative to the larger one, as <see cref="Absolute"/>.</summary>
    public string Relative { get; init; } = "";

    /// <summary>Of pictures: tenths of a decibel, or millionths.</summary>
    public uint Least { get; init; }

    /// <summary>What is wrong with a tolerance in text.</summary>
    /// <param name="text">The text; empty for 0.</param>
    /// <returns>Empty, or what is wrong.</returns>
    public static string WrongTolerance(string text)
    {
        if (text.Length == 0) return "";
        if (text.Length > ExactDecimal.TextMost || !ExactDecimal.TryParse(Encoding.UTF8.GetBytes(text), out var number))
            return "is not a number such as 0.001 or 1e-9";
        return number.IsNegative ? "is below 0" : "";
    }

    internal V1.Comparator ToProto() => new() { Output = Output, By = By, Absolute = Absolute, Relative = Relative, Least = Least };

    internal static Comparator From(V1.Comparator m, string field)
    {
        if (Array.IndexOf(Known, m.By) < 0) throw new WireException(field + ".by", $"is none of {string.Join(", ", Known)}");
        var (isNumbers, most) = (m.By == Numbers, m.By switch { Psnr => PsnrMost, Ssim => SsimMost, _ => 0U });
        return new Comparator(m.Output.Length == 0 ? "" : Canonical.FileName(m.Output, field + ".output"), m.By)
        {
            Absolute = Tolerance(m.Absolute, isNumbers, field + ".absolute"),
            Relative = Tolerance(m.Relative, isNumbers, field + ".relative"),
            Least = (uint)Canonical.Within(m.Least, Math.Min(1, most), most, field + ".least"),
        };
    }

    private static string Tolerance(string text, bool allowed, string field)
    {
        if (text.Length > 0 && !allowed) throw new WireException(field, "is of numbers only");
        return WrongTolerance(text) is { Length: > 0 } wrong ? throw new WireException(field, wrong) : text;
    }
}
