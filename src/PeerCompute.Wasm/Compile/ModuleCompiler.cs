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

    private readonly WasmModule _module;
    private readonly bool _wide;
    private readonly TypeBuilder _type;
    private readonly MethodBuilder[] _methods;
    private long _bytes;
    private int _interpreted;

    private ModuleCompiler(WasmModule module, bool wide)
    {
        _wide = wide;
        _module = module;
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("guest"), AssemblyBuilderAccess.RunAndCollect);
        var room = assembly.DefineDynamicModule("guest");
        AccessGrant.Add(assembly, room);
        _type = room.DefineType("Code", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
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

        new FunctionCompiler(_module, body, _methods, il, _wide).Compile(units);
        _bytes += il.ILOffset;
    }
}
