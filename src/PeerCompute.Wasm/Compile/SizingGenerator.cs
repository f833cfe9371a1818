// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace PeerCompute.Wasm.Compile;

/// <summary>Writes no intermediate language, only counts what it would be.</summary>
internal sealed class SizingGenerator : ILGenerator
{
    /// <summary>Of each label the place where it stands, or -1; and whether something leads there.</summary>
    private readonly List<(int At, bool Used)> _labels = [];
    private MethodSize _size;

    /// <summary>Where the last basic block starts.</summary>
    private int _block;

    /// <summary>What was emitted until now.</summary>
    public MethodSize Size => _size;

    public override int ILOffset => _size.Bytes;

    public override void Emit(OpCode opcode) => Count(opcode, 0);

    public override void Emit(OpCode opcode, byte arg) => Count(opcode, sizeof(byte));

    public override void Emit(OpCode opcode, short arg) => Count(opcode, sizeof(short));

    /// <summary>Small constants have shorter forms.</summary>
    public override void Emit(OpCode opcode, int arg) =>
        Count(opcode, opcode != OpCodes.Ldc_I4 ? sizeof(int) : arg is >= -1 and <= 8 ? 0 : arg is >= sbyte.MinValue and <= sbyte.MaxValue ? 1 : sizeof(int));

    public override void Emit(OpCode opcode, long arg) => Count(opcode, sizeof(long));

    public override void Emit(OpCode opcode, float arg) => Count(opcode, sizeof(float));

    public override void Emit(OpCode opcode, double arg) => Count(opcode, sizeof(double));

    public override void Emit(OpCode opcode, string str) => Count(opcode, sizeof(int));

    public override void Emit(OpCode opcode, Type cls) => Count(opcode, sizeof(int));

    public override void Emit(OpCode opcode, FieldInfo field) => Count(opcode, sizeof(int));

    public override void Emit(OpCode opcode, MethodInfo meth) => Count(opcode, sizeof(int));

    public override void Emit(OpCode opcode, ConstructorInfo con) => Count(opcode, sizeof(int));

    public override void Emit(OpCode opcode, SignatureHelper signature) => Count(opcode, sizeof(int));

    public override void EmitCall(OpCode opcode, MethodInfo methodInfo, Type[]? optionalParameterTypes) => Count(opcode, sizeof(int));

    public override void EmitCalli(
        OpCode opcode, CallingConventions callingConvention, Type? returnType, Type[]? parameterTypes, Type[]? optionalParameterTypes) =>
        Count(opcode, sizeof(int));

    public override void EmitCalli(OpCode opcode, CallingConvention unmanagedCallConv, Type? returnType, Type[]? parameterTypes) =>
        Count(opcode, sizeof(int));

    /// <summary>The first locals have shorter forms.</summary>
    public override void Emit(OpCode opcode, LocalBuilder local)
    {
        var bytes = opcode != OpCodes.Ldloca && local.LocalIndex <= 3 ? 1 : local.LocalIndex <= byte.MaxValue ? 2 : 4;
        Count(opcode, bytes - opcode.Size);
    }

    public override void Emit(OpCode opcode, Label label)
    {
        Lead(label);
        Count(opcode, sizeof(int));
        StartBlock();
    }

    public override void Emit(OpCode opcode, Label[] labels)
    {
        Array.ForEach(labels, Lead);
        Count(opcode, sizeof(int) * (labels.Length + 1));
        StartBlock();
    }

    public override Label DefineLabel()
    {
        _labels.Add((-1, false));
        return CreateLabel(_labels.Count - 1);
    }

    public override void MarkLabel(Label loc)
    {
        var used = _labels[loc.Id].Used;
        _labels[loc.Id] = (_size.Bytes, used);
        if (used)
        {
            StartBlock();
        }
    }

    public override LocalBuilder DeclareLocal(Type localType, bool pinned)
    {
        _size += new MethodSize(0, 0, 0, 1, 0);
        return new SizedLocal(_size.Locals - 1, localType);
    }

    public override void BeginScope() => throw new NotSupportedException();

    public override void EndScope() => throw new NotSupportedException();

    public override void UsingNamespace(string usingNamespace) => throw new NotSupportedException();

    public override Label BeginExceptionBlock() => throw new NotSupportedException();

    public override void BeginCatchBlock(Type? exceptionType) => throw new NotSupportedException();

    public override void BeginExceptFilterBlock() => throw new NotSupportedException();

    public override void BeginFaultBlock() => throw new NotSupportedException();

    public override void BeginFinallyBlock() => throw new NotSupportedException();

    public override void EndExceptionBlock() => throw new NotSupportedException();

    private void Count(OpCode opcode, int operand)
    {
        // ldarg.0 to stloc.s, ldarg to stloc.
        var names = (ushort)opcode.Value is (>= 0x02 and <= 0x13) or (>= 0xFE09 and <= 0xFE0E);
        _size += new MethodSize(opcode.Size + operand, 1, 0, 0, names ? 1 : 0);
        if (opcode.FlowControl is FlowControl.Return or FlowControl.Throw)
        {
            StartBlock();
        }
    }

    /// <summary>A label in front becomes the start of a block when it is marked, one behind when something leads there.</summary>
    private void Lead(Label label)
    {
        var (at, used) = _labels[label.Id];
        _labels[label.Id] = (at, true);
        if (at >= 0 && !used)
        {
            _size += new MethodSize(0, 0, 1, 0, 0);
        }
    }

    private void StartBlock()
    {
        if (_block != _size.Bytes)
        {
            _block = _size.Bytes;
            _size += new MethodSize(0, 0, 1, 0, 0);
        }
    }

    private sealed class SizedLocal(int index, Type type) : LocalBuilder
    {
        public override int LocalIndex => index;

        public override Type LocalType => type;

        public override bool IsPinned => false;
    }
}
