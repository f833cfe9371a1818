// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>
/// A module that can be changed and written. Function 0 is the host's <see cref="Host"/>; then come <see cref="Functions"/>, exported as <c>f1</c>, <c>f2</c>
/// and so on; then for each a wrapper, <c>w1</c>, <c>w2</c> and so on, whose floating-point parameters and results are integers of the same bits; then
/// <c>globals</c>.
/// </summary>
internal sealed class FuzzModule
{
    /// <summary>The type of the host's function <c>h.f</c>.</summary>
    public static readonly FuncType Host = new([WasmType.I32, WasmType.I64], [WasmType.I64]);

    private List<FuncType> _types = [];

    public List<FuzzFunction> Functions { get; private set; } = [];

    /// <summary>Types and bits; number 0 counts the steps that a bounded module may still take, number 1 mixes what was computed.</summary>
    public List<(GlobalType Type, ulong Value)> Globals { get; private set; } = [];

    public List<TableType> Tables { get; private set; } = [];

    public Limits? Memory { get; set; }

    /// <summary>Element segments of function indices: -1 is null; mode 0 active in table 0, 1 passive.</summary>
    public List<(int Mode, int Start, int[] Items)> Elements { get; private set; } = [];

    public List<(bool Active, uint Start, byte[] Bytes)> Data { get; private set; } = [];

    /// <summary>Index of the start function, or -1.</summary>
    public int Start { get; set; } = -1;

    public FuzzModule Copy() => new()
    {
        Functions = Functions.ConvertAll(f => f.Copy()),
        Globals = [.. Globals],
        Tables = [.. Tables],
        Memory = Memory,
        Elements = [.. Elements],
        Data = [.. Data],
        Start = Start,
        _types = [.. _types],
    };

    /// <summary>The index of a type; it is added where it is new.</summary>
    public int TypeIndex(FuncType type)
    {
        var index = _types.FindIndex(type.Same);
        if (index >= 0) return index;
        _types.Add(type);
        return _types.Count - 1;
    }

    public byte[] Encode()
    {
        var functions = Functions.Concat(Functions.Select((f, i) => Wrapper(f.Type, i + 1))).Append(GlobalsReader()).ToList();
        var host = TypeIndex(Host);
        var typeOf = functions.ConvertAll(f => Leb.Unsigned((ulong)TypeIndex(f.Type)));
        var module = new List<byte> { 0, 0x61, 0x73, 0x6D, 1, 0, 0, 0 };
        Section(module, 1, _types.Select(t => (byte[])[0x60, .. Types(t.Params), .. Types(t.Results)]));
        Section(module, 2, [[.. Name("h"), .. Name("f"), 0, .. Leb.Unsigned((ulong)host)]]);
        Section(module, 3, typeOf);
        Section(module, 4, Tables.Select(t => (byte[])[(byte)t.Element, .. Bounds(t.Limits)]));
        Section(module, 5, Memory is { } memory ? [Bounds(memory)] : []);
        Section(module, 6, Globals.Select(g => (byte[])[(byte)g.Type.Type, g.Type.Mutable ? (byte)1 : (byte)0, .. Constants.Of(g.Type.Type, g.Value), 0x0B]));
        Section(module, 7, Exports());
        if (Start >= 0) Block(module, 8, Leb.Unsigned((ulong)Start));
        var declared = Leb.Vector(Enumerable.Range(0, Functions.Count + 1).Select(i => Leb.Unsigned((ulong)i)));
        Section(module, 9, Elements.Select(Segment).Append([3, 0, .. declared]));
        if (Data.Count > 0) Block(module, 12, Leb.Unsigned((ulong)Data.Count));
        Section(module, 10, functions.Select(f => f.Encode()));
        Section(module, 11, Data.Select(d => (byte[])[.. d.Active ? [0, 0x41, .. Leb.Signed((int)d.Start), 0x0B] : (byte[])[1], .. Leb.Sized(d.Bytes)]));
        return [.. module];
    }

    private static byte[] Segment((int Mode, int Start, int[] Items) segment)
    {
        var items = Leb.Vector(segment.Items.Select(i => (byte[])(i < 0 ? [0xD0, 0x70, 0x0B] : [0xD2, .. Leb.Unsigned((ulong)i), 0x0B])));
        return segment.Mode == 0 ? [4, 0x41, .. Leb.Signed(segment.Start), 0x0B, .. items] : [5, 0x70, .. items];
    }

    private static byte[] Bounds(Limits limits) =>
        limits.Max is { } max ? [1, .. Leb.Unsigned(limits.Min), .. Leb.Unsigned(max)] : [0, .. Leb.Unsigned(limits.Min)];

    private static byte[] Types(WasmType[] types) => Leb.Vector(types.Select(t => (byte[])[(byte)t]));

    private static byte[] Name(string name) => Leb.Sized(Encoding.UTF8.GetBytes(name));

    private static void Section(List<byte> module, byte id, IEnumerable<byte[]> items)
    {
        var content = Leb.Vector(items);
        if (content is not [0]) Block(module, id, content);
    }

    private static void Block(List<byte> module, byte id, byte[] content)
    {
        module.Add(id);
        module.AddRange(Leb.Sized(content));
    }

    private static WasmType Integer(WasmType type) => type switch { WasmType.F32 => WasmType.I32, WasmType.F64 => WasmType.I64, _ => type };

    private static byte[] ToInteger(WasmType type) => type switch { WasmType.F32 => [0xBC], WasmType.F64 => [0xBD], _ => [] };

    private static FuzzFunction Wrapper(FuncType type, int index)
    {
        var code = new List<byte>();
        for (var i = 0; i < type.Params.Length; i++)
        {
            code.AddRange([0x20, .. Leb.Unsigned((ulong)i), .. type.Params[i] switch { WasmType.F32 => [0xBE], WasmType.F64 => [0xBF], _ => (byte[])[] }]);
        }

        code.AddRange([0x10, .. Leb.Unsigned((ulong)index)]);
        for (var i = type.Results.Length - 1; i >= 0; i--) code.AddRange([0x21, .. Leb.Unsigned((ulong)(type.Params.Length + i))]);
        for (var i = 0; i < type.Results.Length; i++) code.AddRange([0x20, .. Leb.Unsigned((ulong)(type.Params.Length + i)), .. ToInteger(type.Results[i])]);
        var outer = new FuncType([.. type.Params.Select(Integer)], [.. type.Results.Select(Integer)]);
        return new FuzzFunction { Type = outer, Locals = [.. type.Results], Body = [new Node(outer.Results, [.. code])] };
    }

    private FuzzFunction GlobalsReader()
    {
        var code = Globals.SelectMany((g, i) => (byte[])[0x23, .. Leb.Unsigned((ulong)i), .. ToInteger(g.Type.Type)]);
        var type = new FuncType([], [.. Globals.Select(g => Integer(g.Type.Type))]);
        return new FuzzFunction { Type = type, Body = [new Node(type.Results, [.. code])] };
    }

    private IEnumerable<byte[]> Exports()
    {
        byte[] export(string name, byte kind, int index) => [.. Name(name), kind, .. Leb.Unsigned((ulong)index)];
        string numbered(char letter, int number) => letter + number.ToString(CultureInfo.InvariantCulture);
        yield return export("f0", 0, 0);
        for (var i = 1; i <= Functions.Count; i++)
        {
            yield return export(numbered('f', i), 0, i);
            yield return export(numbered('w', i), 0, Functions.Count + i);
        }

        yield return export("globals", 0, (2 * Functions.Count) + 1);
        yield return export("steps", 3, 0);
        if (Memory is not null) yield return export("memory", 2, 0);
        for (var i = 0; i < Tables.Count; i++) yield return export(numbered('t', i), 1, i);
    }
}
