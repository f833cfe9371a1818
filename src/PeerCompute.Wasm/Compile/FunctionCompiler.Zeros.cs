// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>
/// Comparisons with zero. In bodies that may rotate by constants they are comparisons with a field that holds zero, which the runtime's compiler does not
/// know: it would take the zero flag of the rotate instruction for that of the result.
/// </content>
internal sealed partial class FunctionCompiler
{
    private readonly RotationRisk _rotations;

    /// <summary>
    /// Zero for the operands of rotations of 32 bits, and of shifts that may become some: of a constant operand the runtime makes a constant that is not
    /// extended by its sign, and computes wrongly with it. Compared with nothing, so that nothing is ever known about it.
    /// </summary>
    private LocalBuilder? _zero;

    private void KeepZero()
    {
        if (_rotations.Found)
        {
            _zero = _il.DeclareLocal(typeof(int));
            LoadZero(WasmType.I32);
            _il.Emit(OpCodes.Stloc, _zero);
        }
    }

    /// <summary>A zero to compare with.</summary>
    private void EmitZero(WasmType type)
    {
        if (_rotations.Found)
        {
            LoadZero(type);
        }
        else
        {
            EmitConstant(type, 0);
        }
    }

    /// <summary>Makes what stands on the runtime's stack unknown to its compiler.</summary>
    private void Obscure(WasmType type)
    {
        if (_rotations.Found)
        {
            LoadZero(type);
            _il.Emit(OpCodes.Xor);
        }
    }

    /// <summary>Volatile, so that what is found out about the value in one place is not used in another.</summary>
    private void LoadZero(WasmType type)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Volatile);
        _il.Emit(OpCodes.Ldfld, type == WasmType.I32 ? Members.Zero : Members.WideZero);
    }

    /// <summary>Whether a value is a constant with which no comparison becomes one with zero.</summary>
    private static bool IsFarFromZero(Value value) =>
        value.Kind == ValueKind.Constant && (value.Type == WasmType.I32 ? (int)value.Bits : (long)value.Bits) is < -1 or > 1;

    /// <summary>0 or 1.</summary>
    private void EmitTruth(Value condition)
    {
        Emit(condition);
        if (!IsTruth(condition))
        {
            EmitZero(WasmType.I32);
            _il.Emit(OpCodes.Ceq);
            EmitNot();
        }
    }

    private void EmitBranch(Value condition, bool wish, Label target)
    {
        Emit(condition);
        if (_rotations.Found && !IsTruth(condition))
        {
            EmitZero(WasmType.I32);
            _il.Emit(wish ? OpCodes.Bne_Un : OpCodes.Beq, target);
        }
        else
        {
            _il.Emit(wish ? OpCodes.Brtrue : OpCodes.Brfalse, target);
        }
    }

    private static bool IsTruth(Value value) => value is { Kind: ValueKind.Operation, Opcode: >= 0x45 and <= 0x66 };
}
