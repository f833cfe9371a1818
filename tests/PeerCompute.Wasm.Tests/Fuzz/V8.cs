// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>V8 as an oracle: <c>node</c> as a child that reads cases and answers what they did.</summary>
internal static class V8
{
    private const string Missing = "node of version 18 or newer is missing: it shows that V8 gives the same results";

    /// <summary>V8's words for a trap and ours; it has one for two of our kinds in some cases.</summary>
    private static readonly SortedDictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["unreachable"] = "unreachable",
        ["divide by zero"] = "integer divide by zero",
        ["remainder by zero"] = "integer divide by zero",
        ["divide result unrepresentable"] = "unrepresentable",
        ["float unrepresentable in integer range"] = "unrepresentable",
        ["memory access out of bounds"] = "out of bounds memory access",
        ["table index is out of bounds"] = "out of bounds table",
        ["element segment out of bounds"] = "out of bounds table",
        ["table or element segment access out of bounds"] = "out of bounds table",
        ["null function or function signature mismatch"] = "no such function",
    };

    public static void Require()
    {
        if (Version() < 18) Assert.Ignore(Missing);
    }

    /// <summary>Runs cases; answers in their order.</summary>
    public static List<FuzzOutcome> Run(IReadOnlyList<FuzzCase> cases)
    {
        using var node = Start(["--stack-size=4000", Path.Combine(AppContext.BaseDirectory, "Fuzz", "v8.mjs")]);
        var errors = node.StandardError.ReadToEndAsync();
        var feeding = Task.Run(() =>
        {
            foreach (var fuzz in cases) node.StandardInput.WriteLine(JsonSerializer.Serialize(Describe(fuzz)));
            node.StandardInput.Close();
        });
        var outcomes = new List<FuzzOutcome>();
        while (node.StandardOutput.ReadLine() is { } line) outcomes.Add(Read(line));
        feeding.Wait();
        node.WaitForExit();
        Assert.That(outcomes, Has.Count.EqualTo(cases.Count), errors.Result);
        return outcomes;
    }

    /// <summary>An outcome of ours in the words that both have: traps that V8 does not tell apart are one.</summary>
    public static string Comparable(FuzzOutcome outcome) => outcome.Visible
        .Replace("invalid conversion to integer", "unrepresentable", StringComparison.Ordinal)
        .Replace("integer overflow", "unrepresentable", StringComparison.Ordinal)
        .Replace("out of bounds table access", "out of bounds table", StringComparison.Ordinal)
        .Replace("undefined element", "out of bounds table", StringComparison.Ordinal)
        .Replace("uninitialized element", "no such function", StringComparison.Ordinal)
        .Replace("indirect call type mismatch", "no such function", StringComparison.Ordinal);

    private static object Describe(FuzzCase fuzz) => new
    {
        hex = Convert.ToHexStringLower(fuzz.Module.Encode()),
        steps = FuzzOptions.Steps,
        calls = fuzz.Calls.Select(c => new { name = c.Name, args = c.Type.Params.Zip(c.Arguments, Argument) }),
    };

    private static string Argument(WasmType type, ulong bits) => type switch
    {
        WasmType.I32 or WasmType.F32 => "i",
        WasmType.I64 or WasmType.F64 => "l",
        WasmType.ExternRef => "x",
        _ => "f",
    } + bits.ToString(CultureInfo.InvariantCulture);

    private static FuzzOutcome Read(string line)
    {
        var answer = JsonSerializer.Deserialize<Answer>(line)!;
        var outcome = new FuzzOutcome { Globals = answer.Globals, Memory = answer.Memory, Tables = answer.Tables };
        outcome.Calls.AddRange(answer.Calls.Select(c => c.StartsWith('[') ? c : Word(c)));
        return outcome;
    }

    private static string Word(string message)
    {
        var plain = message[(message.IndexOf("(): ", StringComparison.Ordinal) is var at and >= 0 ? at + 4 : 0)..];
        return plain.StartsWith("data segment", StringComparison.Ordinal) ? "out of bounds memory access" : Words.GetValueOrDefault(plain, plain);
    }

    private static int Version()
    {
        try
        {
            using var node = Start(["-p", "process.versions.node.split('.')[0]"]);
            return int.Parse(node.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("node", arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private sealed record Answer(
        [property: JsonPropertyName("calls")] List<string> Calls,
        [property: JsonPropertyName("globals")] List<string> Globals,
        [property: JsonPropertyName("memory")] string Memory,
        [property: JsonPropertyName("tables")] List<string> Tables);
}
