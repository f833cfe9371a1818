// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>Branches and returns.</content>
internal sealed partial class FunctionCompiler
{
    private OpenBlock Target(uint depth)
    {
        var block = _open.Count - 1 - (int)depth;
        _tree?.Exit(block);
        return _open[block];
    }

    private void Branch(uint depth)
    {
        var target = Target(depth);
        if (_open.Count - 1 == (int)depth)
        {
            Return();
            return;
        }

        Carry(target.Carried);
        _il.Emit(OpCodes.Br, target.Target);
    }

    private void BranchIf(uint depth)
    {
        var target = Target(depth);
        var outermost = _open.Count - 1 == (int)depth;
        var condition = Pop();
        if (!outermost && target.Carried.Length == 0)
        {
            EmitBranch(condition, true, target.Target);
        }
        else
        {
            SettleTop(target.CarriedTypes.Length);
            var over = _il.DefineLabel();
            EmitBranch(condition, false, over);
            var owes = _owes;
            Branch(depth);
            _il.MarkLabel(over);
            _fuelSaved = false;
            _owes = owes;
        }

        NextBlock();
    }

    private void BranchTable()
    {
        var index = Pop();
        var depths = new uint[(int)_reader.U32() + 1];
        for (var i = 0; i < depths.Length; i++)
        {
            depths[i] = _reader.U32();
        }

        SettleTop(Target(depths[^1]).CarriedTypes.Length);
        var labels = new Label[depths.Length];
        var pads = new SortedDictionary<uint, Label>();
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = LabelFor(depths[i], pads);
        }

        Emit(index);
        Obscure(WasmType.I32);
        _il.Emit(OpCodes.Switch, labels[..^1]);
        _il.Emit(OpCodes.Br, labels[^1]);
        var owes = _owes;
        foreach (var (depth, label) in pads)
        {
            _il.MarkLabel(label);
            _fuelSaved = false;
            _owes = owes;
            Branch(depth);
        }
    }

    /// <summary>The target itself, or a place that carries the operands there.</summary>
    private Label LabelFor(uint depth, SortedDictionary<uint, Label> pads)
    {
        var target = Target(depth);
        if (_open.Count - 1 != (int)depth && target.Carried.Length == 0)
        {
            return target.Target;
        }

        if (!pads.TryGetValue(depth, out var label))
        {
            label = _il.DefineLabel();
            pads.Add(depth, label);
        }

        return label;
    }

    /// <summary>Returns the topmost operands, which stay.</summary>
    private void Return()
    {
        var results = _type.Results;
        SettleTop(results.Length);
        var first = _operands.Count - results.Length;
        for (var i = _region is null ? 1 : 0; i < results.Length; i++)
        {
            SlotCalls.EmitWrite(_il, i, results[i], () => Peek(_operands[first + i]));
        }

        if (_owes)
        {
            CheckFuel(false);
        }

        SaveFuel();
        if (_region is not null)
        {
            // The first of the exits: the trunk takes all results from the slots.
            _il.Emit(OpCodes.Ldc_I4_0);
        }
        else if (results.Length > 0)
        {
            Peek(_operands[first]);
        }

        _il.Emit(OpCodes.Ret);
    }
}
