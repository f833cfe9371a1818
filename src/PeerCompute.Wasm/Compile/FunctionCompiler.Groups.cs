// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>
/// One check for loads and stores at known distances from each other. Where a group does not fit into memory as a whole, some member of it traps for
/// certain; where something is seen from outside before that, a copy of the code from the first member to the last, out of the way, does that and traps.
/// </content>
internal sealed partial class FunctionCompiler
{
    /// <summary>What is known of each root: accesses from <c>Low</c> on within <c>Span</c> bytes are inside of memory; where they are.</summary>
    private readonly SortedDictionary<int, (uint Low, ulong Span, LocalBuilder? Pointer)> _reaches = [];
    private readonly (int Stamp, AccessForm Form)[] _forms;
    private readonly List<LocalBuilder> _pointers = [];
    private readonly List<Detour> _detours = [];

    /// <summary>Whether groups are looked for: not in copies, and not where memory may fill all 32 bits.</summary>
    private bool _groups;
    private int _pointersUsed;
    private int _roots;
    private int _detourBytes;

    /// <summary>A place that is reached from elsewhere: nothing is known any more.</summary>
    private void Forget()
    {
        _stamp++;
        _reaches.Clear();
        _pointersUsed = 0;
    }

    private AccessForm FormOf(int local)
    {
        ref var known = ref _forms[local];
        if (known.Stamp != _stamp)
        {
            known = (_stamp, new AccessForm(++_roots, 0));
        }

        return known.Form;
    }

    private AccessForm FormOf(Value value) => value switch
    {
        { Type: not WasmType.I32 } => AccessForm.Unknown,
        { Kind: ValueKind.Constant } => AccessForm.Constant(value.Bits),
        { Kind: ValueKind.Local } => FormOf(value.Local),
        { Kind: ValueKind.Operation, Opcode: 0x6A } => FormOf(value.First!) + FormOf(value.Second!),
        { Kind: ValueKind.Operation, Opcode: 0x6B } => FormOf(value.First!) - FormOf(value.Second!),
        _ => AccessForm.Unknown,
    };

    private void SetForm(int local, AccessForm form) => _forms[local] = (_stamp, form.Root > 0 ? form : new AccessForm(++_roots, 0));

    /// <summary>Checks a whole group, if there is one: then the first access and those that follow go by a pointer.</summary>
    private bool Grouped(byte opcode, AccessForm form, ulong offset, Value[] operands, int start)
    {
        if (!_groups)
        {
            return false;
        }

        var acting = !_open.TrueForAll(b => b.Opcode != Opcodes.Loop) && _detourBytes < _bodyBytes;
        var group = new AccessGroup(_module, form, _operands.ConvertAll(FormOf), FormOf, acting);
        group.Find(opcode, offset, _reader);
        if (group.Count < 2)
        {
            return false;
        }

        var failed = Trap(TrapKind.OutOfBoundsMemoryAccess);
        if (group.Acts)
        {
            failed = _il.DefineLabel();
            var free = Array.ConvertAll(_free, f => f.ToArray());
            _detours.Add(new Detour(failed, start, group.End, [.. _operands, .. operands], free, _flushed, _owes));
            _detourBytes += group.End - start;
        }

        Emit(operands[0]);
        if (group.Low != form.Add)
        {
            _il.Emit(OpCodes.Ldc_I4, (int)(group.Low - form.Add));
            _il.Emit(OpCodes.Add);
        }

        var wide = NewTemp(WasmType.I64);
        _il.Emit(OpCodes.Conv_U8);
        _il.Emit(OpCodes.Stloc, wide);
        _il.Emit(OpCodes.Ldloc, wide);
        _il.Emit(OpCodes.Ldc_I8, (long)group.Span);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldloc, _limits[0]!);
        _il.Emit(OpCodes.Bgt_Un, failed);
        var pointer = NewPointer();
        _il.Emit(OpCodes.Ldloc, _memory!);
        _il.Emit(OpCodes.Ldloc, wide);
        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, pointer);
        Free(WasmType.I64, wide);
        _reaches[form.Root] = (group.Low, group.Span, pointer);
        return true;
    }

    private LocalBuilder NewPointer()
    {
        if (_pointersUsed == _pointers.Count)
        {
            _pointers.Add(_il.DeclareLocal(typeof(byte*)));
        }

        return _pointers[_pointersUsed++];
    }

    /// <summary>Whether an access is known to be inside of memory.</summary>
    private bool Reaches(AccessForm form, ulong end, out (LocalBuilder? Pointer, long Distance) place)
    {
        place = default;
        if (form.Root <= 0 || !_reaches.TryGetValue(form.Root, out var known))
        {
            return false;
        }

        var distance = form.Add - known.Low;
        place = (known.Pointer, distance);
        return distance + end <= known.Span;
    }

    /// <summary>The copies: each access is checked, and one of them traps.</summary>
    private void EmitDetours()
    {
        _groups = false;
        foreach (var detour in _detours)
        {
            _il.MarkLabel(detour.Start);
            Forget();
            _reader.Pos = detour.From;
            (_flushed, _owes, _fuelSaved) = (detour.Flushed, detour.Owes, false);
            _operands.Clear();
            _operands.AddRange(detour.Operands);
            Array.Clear(_uses);
            _operands.ForEach(CountUses);
            for (var i = 0; i < _free.Length; i++)
            {
                _free[i] = new Stack<LocalBuilder>(detour.Free[i].Reverse());
            }

            while (_reader.Pos < detour.To)
            {
                Instruction(_reader.U8());
            }

            _il.Emit(OpCodes.Call, Members.RaiseStray);
            _il.Emit(OpCodes.Ldnull);
            _il.Emit(OpCodes.Throw);
        }
    }

    private void CountUses(Value? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.Kind == ValueKind.Local)
        {
            _uses[value.Local]++;
        }

        CountUses(value.First);
        CountUses(value.Second);
    }

    /// <summary>Code that is compiled a second time: where the copy starts, where the code stands in the module, and the state of the compiler.</summary>
    private sealed record Detour(Label Start, int From, int To, Value[] Operands, LocalBuilder[][] Free, int Flushed, bool Owes);
}
