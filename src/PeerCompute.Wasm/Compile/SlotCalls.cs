// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <summary>Calls whose values go by the machine's slots: from outside, to the host, to another instance, to the interpreter.</summary>
internal static class SlotCalls
{
    /// <summary>A method (machine, depth, function) that calls a compiled function of a type with arguments from the slots.</summary>
    public static void EmitEntry(ILGenerator il, FuncType type)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        for (var i = 0; i < type.Params.Length; i++)
        {
            EmitRead(il, i, type.Params[i]);
        }

        il.Emit(OpCodes.Ldarg_2);
        il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, ClrTypes.Result(type), ClrTypes.Parameters(type), null);
        if (type.Results.Length > 0)
        {
            var result = il.DeclareLocal(ClrTypes.Of(type.Results[0]));
            il.Emit(OpCodes.Stloc, result);
            EmitWrite(il, 0, type.Results[0], () => il.Emit(OpCodes.Ldloc, result));
        }

        il.Emit(OpCodes.Ret);
    }

    /// <summary>The body of a function that the interpreter runs.</summary>
    public static void EmitInterpreted(ILGenerator il, FuncType type, int function)
    {
        for (var i = 0; i < type.Params.Length; i++)
        {
            var argument = (short)(i + 2);
            EmitWrite(il, i, type.Params[i], () => il.Emit(OpCodes.Ldarg, argument));
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4, function);
        il.Emit(OpCodes.Call, Members.Interpret);
        if (type.Results.Length > 0)
        {
            EmitRead(il, 0, type.Results[0]);
        }

        il.Emit(OpCodes.Ret);
    }

    public static void EmitRead(ILGenerator il, int slot, WasmType type)
    {
        EmitSlot(il, slot);
        il.Emit(type switch
        {
            WasmType.I32 => OpCodes.Ldind_I4,
            WasmType.F32 => OpCodes.Ldind_R4,
            WasmType.F64 => OpCodes.Ldind_R8,
            _ => OpCodes.Ldind_I8,
        });
    }

    /// <summary>Values of 32 bits stand in their slots with zeros above.</summary>
    public static void EmitWrite(ILGenerator il, int slot, WasmType type, Action value)
    {
        EmitSlot(il, slot);
        value();
        if (type == WasmType.F32)
        {
            il.Emit(OpCodes.Call, Members.SingleToBits);
        }

        if (type is WasmType.F32 or WasmType.I32)
        {
            il.Emit(OpCodes.Conv_U8);
        }

        il.Emit(type == WasmType.F64 ? OpCodes.Stind_R8 : OpCodes.Stind_I8);
    }

    private static void EmitSlot(ILGenerator il, int slot)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, Members.Slots);
        if (slot > 0)
        {
            il.Emit(OpCodes.Ldc_I4, slot * sizeof(ulong));
            il.Emit(OpCodes.Add);
        }
    }
}
