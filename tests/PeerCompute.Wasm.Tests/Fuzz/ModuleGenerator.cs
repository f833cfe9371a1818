// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Chance;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Makes valid modules by chance, each with some calls: the same seed and options make the same.</summary>
internal sealed class ModuleGenerator(ulong seed, FuzzOptions options)
{
    public const uint MaxPages = 3;
    private const int MaxCalls = 6;

    private static readonly WasmType[] Types =
    [
        WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I64, WasmType.I64, WasmType.I64, WasmType.I64,
        WasmType.F32, WasmType.F32, WasmType.F32, WasmType.F64, WasmType.F64, WasmType.F64, WasmType.FuncRef, WasmType.ExternRef,
    ];

    private readonly Choices _chance = new(seed);
    private readonly FuzzModule _module = new();

    public FuzzCase Generate()
    {
        for (var n = 2 + _chance.Below(4); n > 0; n--) _module.Functions.Add(new FuzzFunction { Type = new FuncType(Draw(4), Draw(3)) });
        if (_chance.Below(8) == 0)
        {
            _module.Functions.Add(new FuzzFunction { Type = new FuncType([], []) });
            _module.Start = _module.Functions.Count;
        }

        AddState();
        foreach (var function in _module.Functions)
        {
            function.Locals.AddRange(Draw(_chance.Below(16) == 0 ? 20 : 6));
            new BodyGenerator(_module, options, _chance, function).Fill();
        }

        var calls = new List<FuzzCall>();
        for (var n = 2 + _chance.Below(MaxCalls - 1); n > 0; n--) calls.Add(Call());
        return new FuzzCase(seed, _module, calls, options.Bounded);
    }

    private WasmType[] Draw(int most)
    {
        var types = new WasmType[_chance.Below(most + 1)];
        for (var i = 0; i < types.Length; i++) types[i] = Types[_chance.Below(Types.Length)];
        return types;
    }

    private void AddState()
    {
        _module.Globals.Add((new GlobalType(WasmType.I32, true), FuzzOptions.Steps));
        _module.Globals.Add((new GlobalType(WasmType.I64, true), 0));
        foreach (var type in Draw(8))
        {
            var value = type == WasmType.FuncRef ? (ulong)_chance.Below(_module.Functions.Count + 2) : Constants.Draw(type, _chance);
            _module.Globals.Add((new GlobalType(type, _chance.Below(4) > 0), value));
        }

        if (_chance.Below(16) > 0) _module.Memory = new Limits(1, _chance.Below(4) == 0 && !options.Bounded ? null : (uint)_chance.Below(3) + 1);
        for (var n = _module.Memory is null ? 0 : _chance.Below(5); n > 0; n--)
        {
            var bytes = new byte[_chance.Below(200)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)_chance.Next();
            var outside = _chance.Below(200) == 0 ? 65_530 : 0;
            _module.Data.Add((_chance.Below(4) > 0, (uint)(outside + _chance.Below(200)), bytes));
        }

        _module.Tables.Add(new TableType(WasmType.FuncRef, new Limits(4 + (uint)_chance.Below(8), 14)));
        var second = new TableType(_chance.Below(2) == 0 ? WasmType.FuncRef : WasmType.ExternRef, new Limits((uint)_chance.Below(6), 9));
        if (_chance.Below(2) == 0) _module.Tables.Add(second);
        for (var n = 1 + _chance.Below(3); n > 0; n--)
        {
            var items = new int[_chance.Below(5)];
            for (var i = 0; i < items.Length; i++) items[i] = _chance.Below(_module.Functions.Count + 2) - 1;
            _module.Elements.Add((n > 1 ? 0 : _chance.Below(2), _chance.Below(_chance.Below(100) == 0 ? 20 : 4), items));
        }
    }

    /// <summary>Wrapped functions for engines that lose the bits of floating-point numbers at their border, both kinds otherwise.</summary>
    private FuzzCall Call()
    {
        var index = 1 + _chance.Below(_module.Functions.Count);
        var type = _module.Functions[index - 1].Type;
        var arguments = new ulong[type.Params.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = type.Params[i] switch
            {
                WasmType.FuncRef => (ulong)_chance.Below(_module.Functions.Count + 2),
                WasmType.ExternRef => (ulong)_chance.Below(5),
                var number => Constants.Draw(number, _chance),
            };
        }

        var wrapped = options.OwnNaN || _chance.Below(2) == 0;
        return new FuzzCall((wrapped ? "w" : "f") + index.ToString(CultureInfo.InvariantCulture), type, arguments);
    }
}
