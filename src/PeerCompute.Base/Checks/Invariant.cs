// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PeerCompute.Base.Checks;

/// <summary>Assertions about our own state, kept on in release. Strangers' data never reaches one.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantException"/> when <paramref name="condition"/> is false.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="what">The rule in words; the expression itself by default.</param>
    public static void Check([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition) throw new InvariantException(what);
    }

    /// <summary>The exception of a place that cannot be reached.</summary>
    /// <param name="what">Why it cannot be reached.</param>
    /// <returns>The exception to throw.</returns>
    public static InvariantException Unreachable(string what) => new(what);
}
