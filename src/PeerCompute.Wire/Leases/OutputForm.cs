// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>The canonical form that an output is brought into before it is hashed, so that what means the same has the same bytes.</summary>
/// <param name="Output">Name of the output, a file.</param>
/// <param name="Form">One of <see cref="Known"/>.</param>
public sealed record OutputForm(string Output, string Form)
{
    /// <summary>PNG without times, texts and what follows its end.</summary>
    public const string Png = "png";

    /// <summary>Raw PBM, PGM or PPM, one picture or several, without comments.</summary>
    public const string Netpbm = "netpbm";

    /// <summary>Text whose lines end in line feeds, without blanks before them.</summary>
    public const string Text = "text";

    /// <summary>Such text with its lines sorted by bytes.</summary>
    public const string Lines = "lines";

    /// <summary>The forms of this version.</summary>
    public static readonly string[] Known = [Png, Netpbm, Text, Lines];

    internal V1.OutputForm ToProto() => new() { Output = Output, Form = Form };

    internal static OutputForm From(V1.OutputForm m, string field)
    {
        if (Array.IndexOf(Known, m.Form) < 0) throw new WireException(field + ".form", $"is none of {string.Join(", ", Known)}");
        return new OutputForm(Canonical.FileName(m.Output, field + ".output"), m.Form);
    }
}
