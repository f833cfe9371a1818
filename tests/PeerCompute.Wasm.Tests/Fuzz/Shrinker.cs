// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Makes a case smaller as long as its two engines still differ.</summary>
internal sealed class Shrinker(IFuzzLeg leg, int tries)
{
    private int _left = tries;

    public FuzzDifference Shrink(FuzzDifference found)
    {
        for (var progress = true; progress && _left > 0;)
        {
            progress = false;
            foreach (var smaller in Smaller(found.Case))
            {
                if (_left-- <= 0 || Compare(smaller) is not { } text) continue;
                found = found with { Case = smaller, Text = text };
                progress = true;
                break;
            }
        }

        return found;
    }

    private string? Compare(FuzzCase fuzz)
    {
        try
        {
            WasmModule.Parse(fuzz.Module.Encode(), WasmLimits.Default);
        }
        catch (WasmInvalidException)
        {
            return null;
        }

        return leg.Compare([fuzz])[0];
    }

    /// <summary>Everything that is one step smaller, big steps first.</summary>
    private static IEnumerable<FuzzCase> Smaller(FuzzCase fuzz)
    {
        for (var i = 0; i < fuzz.Calls.Count && fuzz.Calls.Count > 1; i++) yield return fuzz with { Calls = [.. fuzz.Calls.Where((_, k) => k != i)] };
        for (var i = 0; i < fuzz.Module.Functions.Count; i++)
        {
            if (fuzz.Module.Functions[i].All().Count() <= fuzz.Module.Functions[i].Type.Results.Length) continue;
            var module = fuzz.Module.Copy();
            module.Functions[i].Body.Clear();
            module.Functions[i].Body.AddRange(module.Functions[i].Type.Results.Select(Constants.Zero));
            yield return fuzz with { Module = module };
        }

        for (var i = 0; i < fuzz.Module.Functions.Count; i++)
        {
            foreach (var smaller in Smaller(fuzz, i)) yield return smaller;
        }

        for (var i = 0; i < fuzz.Module.Data.Count; i++)
        {
            if (fuzz.Module.Data[i].Bytes.Length == 0) continue;
            var module = fuzz.Module.Copy();
            module.Data[i] = module.Data[i] with { Bytes = [] };
            yield return fuzz with { Module = module };
        }
    }

    private static IEnumerable<FuzzCase> Smaller(FuzzCase fuzz, int function)
    {
        var lists = Lists(fuzz.Module, function).Count;
        for (var list = 0; list < lists; list++)
        {
            for (var at = 0; at < Lists(fuzz.Module, function)[list].Count; at++)
            {
                foreach (var replacement in Replacements(Lists(fuzz.Module, function)[list][at]))
                {
                    var module = fuzz.Module.Copy();
                    var target = Lists(module, function)[list];
                    target.RemoveAt(at);
                    target.InsertRange(at, replacement.Select(n => n.Copy()));
                    yield return fuzz with { Module = module };
                }
            }
        }
    }

    private static List<List<Node>> Lists(FuzzModule module, int function) =>
        [module.Functions[function].Body, .. module.Functions[function].Body.SelectMany(n => n.Lists())];

    /// <summary>Zeros; what the node is computed from; what a block contains.</summary>
    private static IEnumerable<IReadOnlyList<Node>> Replacements(Node node)
    {
        var constants = node.Results.Select(Constants.Zero).ToList();
        var simpler = node.Results.Length == 0 || node.Operands.Count + node.Bodies.Length > 0 || node.Code.Length > constants.Sum(c => c.Code.Length);
        if (simpler) yield return constants;
        foreach (var operand in node.Operands.Where(o => o.Results.AsSpan().SequenceEqual(node.Results))) yield return [operand];
        foreach (var body in node.Bodies) yield return body;
    }
}
