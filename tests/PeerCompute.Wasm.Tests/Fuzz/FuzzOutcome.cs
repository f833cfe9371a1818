// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Everything that a case did, as far as an engine can tell.</summary>
internal sealed class FuzzOutcome
{
    /// <summary>For each call: results in hexadecimal digits, or the trap.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Fuel used after each call.</summary>
    public List<long> Fuel { get; } = [];

    public List<string> Globals { get; set; } = [];

    /// <summary>SHA-256 of the memory; empty without one.</summary>
    public string Memory { get; set; } = "";

    /// <summary>References in each table.</summary>
    public List<string> Tables { get; set; } = [];

    public static string Results(IEnumerable<ulong> values) => "[" + string.Join(' ', values.Select(v => v.ToString("x", CultureInfo.InvariantCulture))) + "]";

    /// <summary>All that two engines of ours must agree on.</summary>
    public string Everything => FormattableString.Invariant($"{Visible}\nfuel {string.Join(' ', Fuel)}");

    /// <summary>All that any engine must agree on.</summary>
    public string Visible =>
        $"calls {string.Join(" | ", Calls)}\nglobals {string.Join(' ', Globals)}\nmemory {Memory}\ntables {string.Join(" | ", Tables)}";
}
