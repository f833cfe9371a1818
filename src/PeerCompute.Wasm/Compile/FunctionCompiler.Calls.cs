// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>Calls.</content>
internal sealed partial class FunctionCompiler
{
    private void Call(int function)
    {
        var type = _module.TypeOf(function);
        var arguments = PopArguments(type);
        SaveFuel();
        if (function < _module.ImportedFunctions)
        {
            WriteSlots(arguments);
            Discard(arguments);
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldarg_1);
            _il.Emit(OpCodes.Ldc_I4, function);
            _il.Emit(OpCodes.Call, Members.CallImport);
            PushFirst(type, fromSlot: true);
        }
        else
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldarg_1);
            foreach (var argument in arguments)
            {
                Emit(argument);
            }

            _il.Emit(OpCodes.Call, _methods[function - _module.ImportedFunctions]);
            PushFirst(type, fromSlot: false);
        }

        PushOthers(type);
        Reload();
    }

    private void CallIndirect()
    {
        var typeIndex = (int)_reader.U32();
        var table = (int)_reader.U32();
        var type = _module.Types[typeIndex];
        var index = Pop();
        var arguments = PopArguments(type);
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Settled(arguments[i]);
        }

        SaveFuel();
        _il.Emit(OpCodes.Ldarg_0);
        Emit(index);
        _il.Emit(OpCodes.Ldc_I4, table);
        _il.Emit(OpCodes.Ldc_I4, typeIndex);
        _il.Emit(OpCodes.Call, Members.Lookup);
        _il.Emit(OpCodes.Stloc, Code);
        var foreign = _il.DefineLabel();
        var done = _il.DefineLabel();
        _il.Emit(OpCodes.Ldloc, Code);
        _il.Emit(OpCodes.Brfalse, foreign);
        var result = type.Results.Length > 0 ? NewTemp(type.Results[0]) : null;
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldarg_1);
        foreach (var argument in arguments)
        {
            Peek(argument);
        }

        _il.Emit(OpCodes.Ldloc, Code);
        _il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, ClrTypes.Result(type), ClrTypes.Parameters(type), null);
        Store(result);
        _il.Emit(OpCodes.Br, done);
        _il.MarkLabel(foreign);
        WriteSlots(arguments);
        Discard(arguments);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Call, Members.CallForeign);
        if (result is not null)
        {
            SlotCalls.EmitRead(_il, 0, type.Results[0]);
            Store(result);
        }

        _il.MarkLabel(done);
        if (result is not null)
        {
            Push(TempValue(type.Results[0], result));
        }

        PushOthers(type);
        Reload();
    }

    private LocalBuilder Code => _code ??= _il.DeclareLocal(typeof(nint));

    private LocalBuilder? _code;

    private void Store(LocalBuilder? result)
    {
        if (result is not null)
        {
            _il.Emit(OpCodes.Stloc, result);
        }
    }

    private Value Settled(Value value)
    {
        if (value.Kind != ValueKind.Operation)
        {
            return value;
        }

        Emit(value);
        var temp = NewTemp(value.Type);
        _il.Emit(OpCodes.Stloc, temp);
        return TempValue(value.Type, temp, value.Raw);
    }

    private Value[] PopArguments(FuncType type)
    {
        var arguments = new Value[type.Params.Length];
        for (var i = arguments.Length - 1; i >= 0; i--)
        {
            arguments[i] = PopClean();
        }

        return arguments;
    }

    /// <summary>Arguments of a call that leaves the instance; the values stay.</summary>
    private void WriteSlots(Value[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Settled(arguments[i]);
            SlotCalls.EmitWrite(_il, i, arguments[i].Type, () => Peek(arguments[i]));
        }
    }

    private void Discard(Value[] values)
    {
        foreach (var value in values)
        {
            Discard(value);
        }
    }

    private void PushFirst(FuncType type, bool fromSlot)
    {
        if (type.Results.Length == 0)
        {
            return;
        }

        if (fromSlot)
        {
            SlotCalls.EmitRead(_il, 0, type.Results[0]);
        }

        PushStored(type.Results[0]);
    }

    private void PushOthers(FuncType type)
    {
        for (var i = 1; i < type.Results.Length; i++)
        {
            SlotCalls.EmitRead(_il, i, type.Results[i]);
            PushStored(type.Results[i]);
        }
    }
}
