// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// Compiles one body to intermediate language. The guest's operands are trees (<see cref="Value"/>) until something must happen in order;
/// the runtime's own stack is empty between statements, so that no control flow meets values on it.
/// </summary>
internal sealed partial class FunctionCompiler
{
    private readonly WasmModule _module;
    private readonly MethodBuilder[] _methods;
    private readonly ILGenerator _il;
    private readonly FuncType _type;
    private readonly BodyFacts _facts;
    private readonly WasmType[] _localTypes;

    /// <summary>Where the guest's locals stand; null for parameters in their arguments, and for what the trunk shares.</summary>
    private readonly LocalBuilder?[] _locals;
    private readonly List<OpenBlock> _open = [];
    private readonly Label?[] _traps = new Label?[(int)TrapKind.Cancelled + 1];
    private readonly LocalBuilder? _fuel;
    private readonly LocalBuilder? _memory;

    /// <summary>For accesses of 1, 2, 4 and 8 bytes the first address at which one leaves memory.</summary>
    private readonly LocalBuilder?[] _limits = new LocalBuilder?[4];
    private readonly int _bodyBytes;
    private ByteReader _reader;
    private int _block;
    private int _loop;
    private bool _fuelSaved;

    /// <summary>Whether fuel may have fallen below zero without having been looked at.</summary>
    private bool _owes;
    private bool _dead;
    private int _deadDepth;

    /// <summary>For a memory that may be wide, see <see cref="ModuleCompiler.Compile(WasmModule, bool)"/>.</summary>
    public FunctionCompiler(WasmModule module, FunctionBody body, MethodBuilder[] methods, ILGenerator il, bool wide, SplitPlan? plan = null)
    {
        _module = module;
        _methods = methods;
        _il = il;
        _type = module.Types[body.TypeIndex];
        _localTypes = new WasmType[_type.Params.Length + body.LocalCount];
        _type.Params.CopyTo(_localTypes, 0);
        var next = _type.Params.Length;
        foreach (var group in body.Locals)
        {
            _localTypes.AsSpan(next, group.Count).Fill(group.Type);
            next += group.Count;
        }

        _locals = new LocalBuilder?[_localTypes.Length];
        _facts = new BodyFacts(module, body, _localTypes.Length);
        _rotations = _facts.Rotations;
        _uses = new int[_localTypes.Length];
        _forms = new (int, AccessForm)[_localTypes.Length];
        (_groups, _bodyBytes) = (!wide, body.End - body.Start);
        _leastBytes = (ulong)module.InitialPages * LinearMemory.PageSize;
        _reader = new ByteReader(module.Bytes, body.Start, body.End);
        _fuel = _facts.Blocks.Count > 1 ? il.DeclareLocal(typeof(long)) : null;
        _memory = DeclareMemory(_facts.Sizes);
        _plan = plan;
        _frame = plan is null ? null : il.DeclareLocal(plan.Frame);
        _tree = il is SizingGenerator ? new StatementTree() : null;
    }

    /// <summary>The statements of a body that was compiled for its size only.</summary>
    public StatementTree Statements => _tree!;

    /// <summary>Compiles the body.</summary>
    /// <param name="units">Frame units of a call.</param>
    public void Compile(int units)
    {
        Prologue(units);
        _open.Add(new OpenBlock { Opcode = 0, Type = _type, Height = 0, Target = default, Carried = [], Results = [] });
        while (_open.Count > 0)
        {
            Next();
        }

        EmitDetours();
        EmitTraps();
    }

    private void Next()
    {
        if (!_dead && _operands.Count == _open[^1].Height && StartStatement())
        {
            return;
        }

        var opcode = _reader.U8();
        if (_dead)
        {
            SkipDead(opcode);
        }
        else
        {
            Instruction(opcode);
        }
    }

    private void Prologue(int units)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4, units);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Dup);
        _il.Emit(OpCodes.Starg_S, (byte)1);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Blt, Trap(TrapKind.CallStackExhausted));
        GuardStack(units);
        if (_fuel is not null)
        {
            LoadMachine(Members.Left);
            _il.Emit(OpCodes.Stloc, _fuel);
        }

        Charge(
            _facts.Blocks[0].Cost + ((_locals.Length - _type.Params.Length) / Translator.LocalsPerFuel), _facts.Blocks[0].Acts, _facts.HasCalls);
        KeepZero();
        LoadMemory();
        for (var i = 0; i < _locals.Length; i++)
        {
            StartLocal(i, i < _type.Params.Length);
        }
    }

    private void StartLocal(int local, bool parameter)
    {
        if (_plan?.Shared(local) is null)
        {
            if (parameter)
            {
                return;
            }

            _locals[local] = _il.DeclareLocal(ClrTypes.Of(_localTypes[local]));
        }

        BeginStore(local);
        if (parameter)
        {
            _il.Emit(OpCodes.Ldarg, (short)(local + 2));
        }
        else
        {
            EmitConstant(_localTypes[local], 0);
        }

        EndStore(local);
    }

    private LocalBuilder? DeclareMemory(int sizes)
    {
        if (sizes == 0)
        {
            return null;
        }

        var memory = _il.DeclareLocal(typeof(byte*));
        for (var i = 0; i < _limits.Length; i++)
        {
            _limits[i] = i == 0 || (sizes & (1 << i)) != 0 ? _il.DeclareLocal(typeof(ulong)) : null;
        }

        return memory;
    }

    private void LoadMemory()
    {
        if (_memory is not null)
        {
            LoadMachine(Members.Memory);
            _il.Emit(OpCodes.Stloc, _memory);
            LoadLimits();
        }
    }

    /// <summary>Compares an address in this frame with the limit: leaves of small frames fit into the reserve.</summary>
    private void GuardStack(int units)
    {
        const int smallFrame = 200;
        if (!_facts.HasCalls && _plan is null && units <= smallFrame)
        {
            return;
        }

        _il.Emit(OpCodes.Ldloca, _il.DeclareLocal(typeof(int)));
        _il.Emit(OpCodes.Conv_U);
        LoadMachine(Members.StackLimit);
        var enough = _il.DefineLabel();
        _il.Emit(OpCodes.Bge_Un, enough);
        _il.Emit(OpCodes.Call, Members.RaiseStack);
        _il.MarkLabel(enough);
    }

    private void Instruction(byte opcode)
    {
        if (opcode <= Opcodes.CallIndirect)
        {
            Control(opcode);
        }
        else if (opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore)
        {
            MemoryAccess(opcode);
        }
        else if (opcode is >= Opcodes.FirstNumeric and <= Opcodes.LastNumeric)
        {
            Numeric(opcode);
        }
        else
        {
            Other(opcode);
        }
    }

    private void SkipDead(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Block or Opcodes.Loop or Opcodes.If:
                Validate.BlockTypes.Read(ref _reader, _module);
                _deadDepth++;
                break;
            case Opcodes.Else or Opcodes.End when _deadDepth == 0:
                Control(opcode);
                break;
            case Opcodes.Else:
                break;
            case Opcodes.End:
                _deadDepth--;
                break;
            default:
                Immediates.Skip(ref _reader, opcode);
                break;
        }
    }

    private void Die()
    {
        DropTo(_open[^1].Height);
        _dead = true;
        _deadDepth = 0;
    }
}
