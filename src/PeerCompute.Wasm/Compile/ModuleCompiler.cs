// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// Turns a module into one collectible class with a static method for every function. The methods skip the runtime's first, slow tier:
/// code that is collectible is not replaced later.
/// </summary>
internal sealed unsafe class ModuleCompiler
{
    private const MethodAttributes Static = MethodAttributes.Public | MethodAttributes.Static;
    private const MethodImplAttributes Optimised = MethodImplAttributes.IL | MethodImplAttributes.AggressiveOptimization | MethodImplAttributes.NoInlining;

    private const TypeAttributes Frame = TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.SequentialLayout | TypeAttributes.BeforeFieldInit;

    private readonly WasmModule _module;
    private readonly ModuleBuilder _room;
    private readonly bool _wide;
    private readonly TypeBuilder _type;
    private readonly MethodBuilder[] _methods;
    private long _bytes;
    private int _interpreted;
    private int _regions;

    private ModuleCompiler(WasmModule module, bool wide)
    {
        _wide = wide;
        _module = module;
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("guest"), AssemblyBuilderAccess.RunAndCollect);
        _room = assembly.DefineDynamicModule("guest");
        AccessGrant.Add(assembly, _room);
        _type = _room.DefineType("Code", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        _methods = new MethodBuilder[module.Bodies.Length];
    }

    /// <summary>For a wide memory: one that may leave less than <see cref="AccessGroup.MostBytes"/> free below 4 GiB.</summary>
    public static CompiledModule Compile(WasmModule module, bool wide) => new ModuleCompiler(module, wide).Compile();

    private CompiledModule Compile()
    {
        var entered = new bool[_module.Types.Length];
        for (var i = 0; i < _methods.Length; i++)
        {
            var index = _module.ImportedFunctions + i;
            var type = _module.TypeOf(index);
            _methods[i] = _type.DefineMethod(CompiledModule.FunctionName(index), Static, ClrTypes.Result(type), ClrTypes.Parameters(type));
            _methods[i].SetImplementationFlags(Optimised);
            _methods[i].InitLocals = false;
            entered[_module.FunctionTypes[index]] = true;
        }

        for (var i = 0; i < entered.Length; i++)
        {
            if (entered[i])
            {
                var entry = _type.DefineMethod(CompiledModule.EntryName(i), Static, typeof(void), [typeof(Machine), typeof(int), typeof(nint)]);
                SlotCalls.EmitEntry(entry.GetILGenerator(), _module.Types[i]);
            }
        }

        for (var i = 0; i < _methods.Length; i++)
        {
            Emit(i);
        }

        return new CompiledModule(_type.CreateType(), _module.ImportedFunctions, _methods.Length, _module.Types.Length)
        {
            Bytes = _bytes,
            Interpreted = _interpreted,
            Regions = _regions,
        };
    }

    private void Emit(int i)
    {
        var body = _module.Bodies[i];
        var il = _methods[i].GetILGenerator();
        var units = _module.Code.Entries[i].Units;
        if (body.End - body.Start > CompileLimits.FunctionBytes || units > CompileLimits.FunctionSlots || _bytes > CompileLimits.ModuleBytes)
        {
            _interpreted++;
            SlotCalls.EmitInterpreted(il, _module.TypeOf(_module.ImportedFunctions + i), _module.ImportedFunctions + i);
            return;
        }

        var plan = Split(i, units);
        new FunctionCompiler(_module, body, _methods, il, _wide, plan).Compile(units);
        _bytes += il.ILOffset + (plan?.Regions.Sum(r => (long)r.Method.GetILGenerator().ILOffset) ?? 0);
    }

    /// <summary>How a function is split, or null where the runtime's compiler optimises it as a whole, or nothing of it can be moved.</summary>
    private SplitPlan? Split(int i, int units)
    {
        var body = _module.Bodies[i];
        var sizes = _module.SplitSizes;
        if (body.End - body.Start < sizes.MeasuredBytes || _regions > CompileLimits.ModuleRegions)
        {
            return null;
        }

        var sizing = new SizingGenerator();
        var measure = new FunctionCompiler(_module, body, _methods, sizing, _wide);
        measure.Compile(units);
        if (sizing.Size.Within(sizes.Whole))
        {
            return null;
        }

        var plan = new SplitPlan(measure.Statements, sizing.Size, sizes);
        var regions = 0;
        foreach (var region in plan.Regions)
        {
            region.Method = _type.DefineMethod(
                FormattableString.Invariant($"{_methods[i].Name}r{regions++}"), Static, typeof(int), [typeof(Machine), typeof(int), typeof(nint)]);
            region.Method.SetImplementationFlags(Optimised);
            region.Method.InitLocals = false;
        }

        if (regions == 0)
        {
            return null;
        }

        _regions += regions;
        plan.Share(_module, _room.DefineType($"{_methods[i].Name}locals", Frame, typeof(ValueType)), measure.LocalTypes);
        return plan;
    }
}
