// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>
/// Splitting: a region is compiled by a compiler of its own, which goes on where that of the trunk stands. The trunk keeps the locals that regions name in a
/// structure. A region works on copies of those that it names; what it sets it writes to both, or, if it sets it in a loop, where it leaves. Branches out of it
/// become its result.
/// </content>
internal sealed partial class FunctionCompiler
{
    /// <summary>Where statements are noted while the body is measured.</summary>
    private readonly StatementTree? _tree;
    private readonly SplitPlan? _plan;
    private readonly Region? _region;

    /// <summary>The shared locals of the trunk.</summary>
    private readonly LocalBuilder? _frame;

    /// <summary>Types of parameters and locals.</summary>
    public WasmType[] LocalTypes => _localTypes;

    /// <summary>Starts to compile a region where the compiler of the trunk stands.</summary>
    private FunctionCompiler(FunctionCompiler trunk, Region region)
    {
        (_module, _methods, _type, _localTypes, _facts) = (trunk._module, trunk._methods, trunk._type, trunk._localTypes, trunk._facts);
        (_groups, _leastBytes, _block, _loop) = (trunk._groups, trunk._leastBytes, trunk._block, trunk._loop);
        (_plan, _region, _bodyBytes, _reader) = (trunk._plan, region, region.End - region.Start, new ByteReader(_module.Bytes, region.Start, region.End));
        (_il, _owes, _fuelSaved) = (region.Method.GetILGenerator(), trunk._owes, true);
        (_locals, _uses, _forms) = (new LocalBuilder?[_localTypes.Length], new int[_localTypes.Length], new (int, AccessForm)[_localTypes.Length]);
        _rotations = region.Rotations;
        _fuel = trunk._fuel is null ? null : _il.DeclareLocal(typeof(long));
        _memory = DeclareMemory(region.Sizes);
        (_operands, _flushed) = ([.. trunk._operands], trunk._flushed);
        _open = [.. trunk._open];
        foreach (var exit in region.Exits)
        {
            _open[exit] = _open[exit].Seen(_il.DefineLabel(), NewTemps(_open[exit].CarriedTypes));
        }
    }

    /// <summary>Where no operand of the innermost block stands on the guest's stack: a statement starts. Compiles it if it is a region.</summary>
    private bool StartStatement()
    {
        if (_tree is not null)
        {
            _tree.Begin(_reader.Pos, _open.Count, Measured);
        }
        else if (_region is null && _plan?.At(_reader.Pos) is { } region)
        {
            CallRegion(region);
            return true;
        }

        return false;
    }

    private MethodSize Measured => ((SizingGenerator)_il).Size;

    private void CallRegion(Region region)
    {
        var inner = new FunctionCompiler(this, region);
        inner.CompileRegion(region);
        (_block, _loop, _reader.Pos) = (inner._block, inner._loop, region.End);
        SaveFuel();
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldloca, _frame!);
        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Call, region.Method);
        var exit = NewTemp(WasmType.I32);
        _il.Emit(OpCodes.Stloc, exit);
        Free(WasmType.I32, exit);
        Reload();
        Forget();
        _owes = true;
        Follow(exit, [.. region.Exits.Select(block => (uint)(_open.Count - 1 - block))], inner._dead);
        if (inner._dead)
        {
            Die();
        }
    }

    /// <summary>Goes on where a region left. One that never leaves at its end leaves by the last exit where it does not by another.</summary>
    private void Follow(LocalBuilder exit, uint[] depths, bool leavesAlways)
    {
        var pads = new SortedDictionary<uint, Label>();
        var labels = Array.ConvertAll(depths, depth => LabelFor(depth, pads));
        var over = _il.DefineLabel();
        var asked = leavesAlways ? labels.SkipLast(1).ToArray() : labels;
        if (asked.Length > 0)
        {
            _il.Emit(OpCodes.Ldloc, exit);
            _il.Emit(OpCodes.Switch, asked);
        }

        if (!leavesAlways)
        {
            _il.Emit(OpCodes.Br, over);
        }
        else if (labels.Length > 0)
        {
            _il.Emit(OpCodes.Br, labels[^1]);
        }
        else
        {
            _il.Emit(OpCodes.Ldnull);
            _il.Emit(OpCodes.Throw);
        }

        foreach (var (depth, label) in pads)
        {
            _il.MarkLabel(label);
            TakeOver(depth);
        }

        _il.MarkLabel(over);
    }

    /// <summary>Takes what a region's branch carries, or its return, from the machine's slots, and goes on with it.</summary>
    private void TakeOver(uint depth)
    {
        if (depth == _open.Count - 1)
        {
            if (_type.Results.Length > 0)
            {
                SlotCalls.EmitRead(_il, 0, _type.Results[0]);
            }

            _il.Emit(OpCodes.Ret);
            return;
        }

        var block = Target(depth);
        for (var i = 0; i < block.Carried.Length; i++)
        {
            SlotCalls.EmitRead(_il, i, block.CarriedTypes[i]);
            _il.Emit(OpCodes.Stloc, block.Carried[i]);
        }

        _il.Emit(OpCodes.Br, block.Target);
    }

    private void CompileRegion(Region region)
    {
        if (_fuel is not null)
        {
            LoadMachine(Members.Left);
            _il.Emit(OpCodes.Stloc, _fuel);
        }

        KeepZero();
        LoadMemory();
        foreach (var local in region.Locals.Keys)
        {
            var copy = _il.DeclareLocal(ClrTypes.Of(_localTypes[local]));
            _locals[local] = copy;
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(OpCodes.Ldfld, _plan!.Shared(local)!);
            _il.Emit(OpCodes.Stloc, copy);
        }

        while (!_reader.AtEnd)
        {
            Next();
        }

        Leave(region);
        EmitDetours();
        EmitTraps();
    }

    /// <summary>The ways out but returning: what branches carry goes by the machine's slots.</summary>
    private void Leave(Region region)
    {
        var exit = _il.DeclareLocal(typeof(int));
        var leave = _il.DefineLabel();
        var number = 0;
        if (!_dead)
        {
            SetExit(region.Exits.Count);
        }

        foreach (var block in region.Exits)
        {
            if (block > 0)
            {
                var target = _open[block];
                _il.MarkLabel(target.Target);
                for (var i = 0; i < target.Carried.Length; i++)
                {
                    var carried = target.Carried[i];
                    SlotCalls.EmitWrite(_il, i, target.CarriedTypes[i], () => _il.Emit(OpCodes.Ldloc, carried));
                }

                SetExit(number);
            }

            number++;
        }

        _il.MarkLabel(leave);
        _fuelSaved = false;
        SaveFuel();
        foreach (var (local, late) in region.Locals)
        {
            if (late)
            {
                _il.Emit(OpCodes.Ldarg_2);
                _il.Emit(OpCodes.Ldloc, _locals[local]!);
                _il.Emit(OpCodes.Stfld, _plan!.Shared(local)!);
            }
        }

        _il.Emit(OpCodes.Ldloc, exit);
        _il.Emit(OpCodes.Ret);

        void SetExit(int value)
        {
            _il.Emit(OpCodes.Ldc_I4, value);
            _il.Emit(OpCodes.Stloc, exit);
            _il.Emit(OpCodes.Br, leave);
        }
    }
}
