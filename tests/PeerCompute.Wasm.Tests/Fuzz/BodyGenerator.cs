// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Fills one function: a structured program that is typed while it is drawn.</summary>
internal sealed partial class BodyGenerator
{
    private const int MaxDepth = 7;

    /// <summary>Takes a step and leaves whether there is one left.</summary>
    private static readonly byte[] TakeStep = [0x23, 0, 0x41, 1, 0x6B, 0x24, 0, 0x23, 0, 0x41, 0, 0x4A];

    /// <summary>Takes a step and traps where none is left.</summary>
    private static readonly byte[] NeedStep = [.. TakeStep, 0x45, 0x04, 0x40, 0x00, 0x0B];

    private readonly FuzzModule _module;
    private readonly FuzzOptions _options;
    private readonly Choices _chance;
    private readonly FuzzFunction _function;
    private readonly List<WasmType> _locals;
    private readonly int _scratch;
    private readonly List<(WasmType[] Types, bool Loop)> _labels = [];
    private int _budget;

    public BodyGenerator(FuzzModule module, FuzzOptions options, Choices chance, FuzzFunction function)
    {
        (_module, _options, _chance, _function) = (module, options, chance, function);
        _budget = chance.Below(chance.Below(4) == 0 ? 400 : 120);
        _locals = [.. function.Type.Params, .. function.Locals];

        // Four counters of loops and two places for numbers that might be NaN: read and written by their own code alone.
        _scratch = _locals.Count;
        function.Locals.AddRange([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.F32, WasmType.F64]);
    }

    public void Fill()
    {
        _labels.Add((_function.Type.Results, false));
        for (var i = _function.Type.Params.Length; i < _scratch; i++)
        {
            if (!Once(4)) _function.Body.Add(new Node([], At(0x21, i), Leaf(_locals[i])));
        }

        for (var drills = Once(3) ? 40 : 0; drills > 0; drills--) _function.Body.Add(Observe(MaxDepth + 1));
        while (_budget > 0) _function.Body.Add(Statement(1));
        _function.Body.AddRange(Body(_function.Type.Results, 0));
    }

    private bool Once(int outOf) => _chance.Below(outOf) == 0;

    /// <summary>A function to call: mostly one before this one, so that calls end; 0 is the host's.</summary>
    private int Callee(Func<int, bool> fits)
    {
        var self = _module.Functions.IndexOf(_function) + 1;
        var most = Once(10) ? _module.Functions.Count : self - 1;
        var fitting = Enumerable.Range(0, most + 1).Where(fits).ToList();
        return fitting.Count == 0 ? -1 : Pick(fitting);
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_chance.Below(items.Count)];

    private bool Full(int depth) => depth > MaxDepth || _budget <= 0;

    private static byte[] At(byte opcode, int index) => [opcode, .. Leb.Unsigned((ulong)index)];

    /// <summary>Statements, then values; now and then a way out instead, and code behind it that is never reached.</summary>
    private List<Node> Body(WasmType[] results, int depth)
    {
        var body = new List<Node>();
        Statements(body, depth);
        if (!Full(depth) && Once(12))
        {
            body.Add(WayOut([], depth));
            for (var n = _chance.Below(4); n > 0; n--) body.Add(Once(3) ? Statement(depth + 1) : Unreached());
            return body;
        }

        body.AddRange(Values(results, depth + 1));
        return body;
    }

    private void Statements(List<Node> body, int depth)
    {
        for (var n = Full(depth) ? _chance.Below(2) : _chance.Below(5); n > 0; n--) body.Add(Statement(depth + 1));
    }

    /// <summary>An instruction whose operands are those of code that is never reached: of whatever type it likes.</summary>
    private Node Unreached()
    {
        if (Once(5)) return new Node([], [0x1B, 0x1A]);
        if (Once(6)) return new Node([], [0x10, .. Leb.Unsigned((ulong)_chance.Below(_module.Functions.Count + 1)), 0x00]);
        return new Node([], [.. Pick(Operator.All).Code, 0x1A]);
    }

    /// <summary>A block, loop or if. Parameters stay on the stack as what it leaves, are computed with, or go to locals.</summary>
    private Node Block(WasmType[] results, int depth)
    {
        _budget -= 2;
        var kind = (byte)(0x02 + _chance.Below(3));
        WasmType[] parameters = Once(4) && !Full(depth) ? Once(2) ? results : [.. Enumerable.Range(0, _chance.Below(3)).Select(_ => Number())] : [];
        var operands = new List<Node>(Values(parameters, depth + 1));
        if (kind == 0x04) operands.Add(Expression(WasmType.I32, depth + 1));
        _labels.Add((kind == 0x03 ? parameters : results, kind == 0x03));
        var bodies = new List<List<Node>> { Within(kind, parameters, results, depth) };
        if (kind == 0x04 && (!parameters.AsSpan().SequenceEqual(results) || Once(2))) bodies.Add(Within(kind, parameters, results, depth));
        _labels.RemoveAt(_labels.Count - 1);
        return new Node(results, [kind, .. BlockType(parameters, results)], [.. operands]) { Bodies = [.. bodies] };
    }

    private byte[] BlockType(WasmType[] parameters, WasmType[] results)
    {
        if (parameters.Length == 0 && results.Length < 2 && !Once(4)) return [results.Length == 0 ? (byte)0x40 : (byte)results[0]];
        return Leb.Signed(_module.TypeIndex(new FuncType(parameters, results)));
    }

    private List<Node> Within(byte kind, WasmType[] parameters, WasmType[] results, int depth)
    {
        var body = new List<Node>();
        if (kind == 0x03 && _options.Bounded) body.Add(new Node([], NeedStep));
        if (parameters.Length == 0)
        {
            body.AddRange(Body(results, depth + 1));
            return body;
        }

        if (Once(2)) Statements(body, depth + 1);
        body.AddRange(Transform(new Node(parameters, []), results, depth + 1));
        return body;
    }

    /// <summary>Makes values of others: as they are, by an instruction, or by putting them away.</summary>
    private Node[] Transform(Node from, WasmType[] results, int depth)
    {
        if (from.Results.AsSpan().SequenceEqual(results)) return [from];
        var fitting = results.Length != 1 ? [] : Operator.ByResult[results[0]].Where(o => o.Params.AsSpan().SequenceEqual(from.Results)).ToList();
        return fitting.Count > 0 ? [Apply(Pick(fitting), [from])] : [PutAway(from), .. Values(results, depth)];
    }

    private Node PutAway(Node node)
    {
        var code = new List<byte>();
        foreach (var type in node.Results.Reverse()) code.AddRange(Once(2) && Local(type) is { } local ? At(0x21, local) : Sink(type));
        return new Node([], [.. code], node);
    }

    /// <summary>Takes a value so that it shows in the end: numbers are mixed into global 1, references dropped.</summary>
    private byte[] Sink(WasmType type)
    {
        byte[] toLong = type switch { WasmType.I32 => [0xAD], WasmType.F32 => [0xBC, 0xAD], WasmType.F64 => [0xBD], _ => [] };
        return type is WasmType.FuncRef or WasmType.ExternRef ? [0x1A] : [.. toLong, 0x23, 1, 0x42, 5, 0x89, 0x85, 0x24, 1];
    }

    /// <summary>A loop of a fixed number of turns, as compilers write them.</summary>
    private Node Counted(int depth)
    {
        _budget -= 8;
        var counter = _scratch + (_labels.Count % 4);
        _labels.Add(([], true));
        var body = new List<Node>();
        if (_options.Bounded) body.Add(new Node([], NeedStep));
        Statements(body, depth);
        body.Add(new Node([], [.. At(0x20, counter), 0x41, 1, 0x6B, .. At(0x22, counter), 0x0D, 0]));
        _labels.RemoveAt(_labels.Count - 1);
        var loop = new Node([], [0x03, 0x40]) { Bodies = [body] };
        return new Node([], [], new Node([], [0x41, .. Leb.Signed(1 + _chance.Below(6)), .. At(0x21, counter)]), loop);
    }

    private WasmType Number() => Pick([WasmType.I32, WasmType.I32, WasmType.I64, WasmType.I64, WasmType.F32, WasmType.F64]);

    private WasmType AnyType() => Once(10) ? Once(2) ? WasmType.FuncRef : WasmType.ExternRef : Number();

    private int? Local(WasmType type)
    {
        var fitting = Enumerable.Range(0, _locals.Count).Where(i => _locals[i] == type).ToList();
        return fitting.Count == 0 ? null : Pick(fitting);
    }

    private int? GlobalOf(WasmType type, bool mutable)
    {
        bool fits(GlobalType global) => global.Type == type && (global.Mutable || !mutable);
        var fitting = Enumerable.Range(2, _module.Globals.Count - 2).Where(i => fits(_module.Globals[i].Type)).ToList();
        return fitting.Count == 0 ? null : Pick(fitting);
    }
}
