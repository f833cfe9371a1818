// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace PeerCompute.Wasm.Compile;

/// <content>Charges, what is kept in locals of the machine, traps.</content>
internal sealed partial class FunctionCompiler
{
    /// <summary>Starts the next straight-line block.</summary>
    private void NextBlock(bool loop = false)
    {
        Charge(_facts.Costs[++_block], loop);
    }

    /// <summary>Charges a block; where calls and loops begin the floor tells of cancellation too.</summary>
    private void Charge(int cost, bool watch)
    {
        if (cost == 0)
        {
            return;
        }

        if (_fuel is null)
        {
            _il.Emit(OpCodes.Ldarg_0);
            LoadMachine(Members.Left);
            _il.Emit(OpCodes.Ldc_I8, (long)cost);
            _il.Emit(OpCodes.Sub);
            _il.Emit(OpCodes.Stfld, Members.Left);
            LoadMachine(Members.Left);
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, _fuel);
            _il.Emit(OpCodes.Ldc_I8, (long)cost);
            _il.Emit(OpCodes.Sub);
            _il.Emit(OpCodes.Stloc, _fuel);
            _fuelSaved = false;
            if (watch)
            {
                SaveFuel();
            }

            _il.Emit(OpCodes.Ldloc, _fuel);
        }

        if (watch)
        {
            LoadMachine(Members.Floor);
        }
        else
        {
            _il.Emit(OpCodes.Ldc_I8, 0L);
        }

        _il.Emit(OpCodes.Blt, Trap(TrapKind.FuelExhausted));
    }

    /// <summary>Writes the fuel back, unless nothing was charged since that was done last.</summary>
    private void SaveFuel()
    {
        if (_fuel is not null && !_fuelSaved)
        {
            _fuelSaved = true;
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldloc, _fuel);
            _il.Emit(OpCodes.Stfld, Members.Left);
        }
    }

    /// <summary>After a call: what it may have changed.</summary>
    private void Reload()
    {
        if (_fuel is not null)
        {
            LoadMachine(Members.Left);
            _il.Emit(OpCodes.Stloc, _fuel);
        }

        LoadLength();
    }

    private void LoadLength()
    {
        if (_length is not null)
        {
            LoadMachine(Members.Length);
            _il.Emit(OpCodes.Stloc, _length);
        }
    }

    private void LoadMachine(FieldInfo field)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, field);
    }

    private Label Trap(TrapKind kind) => _traps[(int)kind] ??= _il.DefineLabel();

    private void EmitTraps()
    {
        for (var kind = 0; kind < _traps.Length; kind++)
        {
            if (_traps[kind] is not { } label)
            {
                continue;
            }

            _il.MarkLabel(label);
            if (kind != (int)TrapKind.CallStackExhausted)
            {
                _fuelSaved = false;
                SaveFuel();
            }

            if (kind == (int)TrapKind.FuelExhausted)
            {
                _il.Emit(OpCodes.Ldarg_0);
                _il.Emit(OpCodes.Call, Members.RaiseFuel);
            }
            else
            {
                _il.Emit(OpCodes.Ldc_I4, kind);
                _il.Emit(OpCodes.Call, Members.Raise);
            }

            _il.Emit(OpCodes.Ldnull);
            _il.Emit(OpCodes.Throw);
        }
    }
}
