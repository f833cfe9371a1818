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
        var block = _facts.Blocks[++_block];
        Charge(block.Cost, block.Acts, loop);
    }

    /// <summary>
    /// Charges a block. Whether the fuel covered it is found out before anything can be seen from outside: before a block that acts, at the turn of a loop,
    /// on entering a function that calls, on returning, and by what raises traps. At turns and on entering, the floor tells of cancellation too.
    /// </summary>
    private void Charge(int cost, bool acts, bool watch)
    {
        if (cost == 0)
        {
            // The turns of a loop may be charged elsewhere; they are still to be found out here.
            if (watch && _owes)
            {
                CheckFuel(true);
            }

            return;
        }

        if (_fuel is null)
        {
            _il.Emit(OpCodes.Ldarg_0);
            LoadMachine(Members.Left);
            _il.Emit(OpCodes.Ldc_I8, (long)cost);
            _il.Emit(OpCodes.Sub);
            _il.Emit(OpCodes.Stfld, Members.Left);
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, _fuel);
            _il.Emit(OpCodes.Ldc_I8, (long)cost);
            _il.Emit(OpCodes.Sub);
            _il.Emit(OpCodes.Stloc, _fuel);
            _fuelSaved = false;
        }

        _owes = true;
        if (watch || acts)
        {
            CheckFuel(watch);
        }
    }

    private void CheckFuel(bool watch)
    {
        _owes = false;
        if (_fuel is null)
        {
            LoadMachine(Members.Left);
        }
        else
        {
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

        _owes = false;
        LoadLimits();
    }

    private void LoadLimits()
    {
        for (var i = 0; i < _limits.Length; i++)
        {
            if (_limits[i] is { } limit)
            {
                LoadMachine(Members.Limits[i]);
                _il.Emit(OpCodes.Stloc, limit);
            }
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

            _il.Emit(OpCodes.Ldarg_0);
            if (kind == (int)TrapKind.FuelExhausted)
            {
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
