// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Execution.Seccomp;

/// <summary>Assembles a seccomp filter: classic BPF over the number and the arguments of a system call (Linux, x86-64).</summary>
internal sealed class FilterProgram
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;
    private const uint X64 = 0xC000003E;
    private const uint X32Numbers = 0x40000000;
    private const uint KillProcess = 0x80000000;
    private const uint AllowCall = 0x7FFF0000;
    private const uint Errno = 0x00050000;
    private const uint AnnounceCall = 0x7FC00000; // SECCOMP_RET_USER_NOTIF
    private const int InstructionBytes = 8;
    private const int MostInstructions = 4096;

    private readonly List<byte> _code = [];

    /// <summary>Begins: a call of another architecture or by an x32 number ends the process.</summary>
    public FilterProgram()
    {
        Add(LoadWord, ArchitectureOffset);
        Add(JumpIfEqual, X64, onTrue: 1);
        Add(Return, KillProcess);
        Add(LoadWord, NumberOffset);
        Add(JumpIfAtLeast, X32Numbers, onFalse: 1);
        Add(Return, KillProcess);
    }

    /// <summary>What a refused call answers.</summary>
    public enum ErrorNumber : uint
    {
        /// <summary>EPERM.</summary>
        NotPermitted = 1,

        /// <summary>ENOSYS: the C library then tries an older call.</summary>
        NoSuchCall = 38,

        /// <summary>EPROTONOSUPPORT: what a kernel without that protocol answers.</summary>
        NoSuchProtocol = 93,

        /// <summary>EAFNOSUPPORT: what a kernel without that family of sockets answers.</summary>
        NoSuchFamily = 97,
    }

    /// <summary>Lets calls through.</summary>
    public FilterProgram Allow(params ReadOnlySpan<Syscall> calls)
    {
        foreach (Syscall call in calls) When(call, AllowCall);
        return this;
    }

    /// <summary>Makes calls fail.</summary>
    public FilterProgram Refuse(ErrorNumber error, params ReadOnlySpan<Syscall> calls)
    {
        foreach (Syscall call in calls) When(call, Errno | (uint)error);
        return this;
    }

    /// <summary>Makes every call fail whose number is at least the given one.</summary>
    public FilterProgram RefuseFrom(uint number, ErrorNumber error)
    {
        Add(JumpIfAtLeast, number, onFalse: 1);
        Add(Return, Errno | (uint)error);
        return this;
    }

    /// <summary>Makes a call fail with EPERM if an argument's lower 32 bits, all that the kernel looks at here, equal one of the values.</summary>
    public FilterProgram RefuseIfOneOf(Syscall call, int argument, params ReadOnlySpan<uint> values)
    {
        int count = values.Length;
        Add(JumpIfEqual, (uint)call, onFalse: (byte)(count + 3));
        Add(LoadWord, ArgumentsOffset + (8 * (uint)argument));
        for (int i = 0; i < count; i++) Add(JumpIfEqual, values[i], onTrue: (byte)(count - i));
        Add(Return, AllowCall);
        Add(Return, Errno | (uint)ErrorNumber.NotPermitted);
        return this;
    }

    /// <summary>Makes a call fail unless an argument's lower 32 bits equal one of the values; what follows in the program decides then.</summary>
    public FilterProgram RefuseUnlessOneOf(Syscall call, int argument, ErrorNumber error, params ReadOnlySpan<uint> values)
    {
        int count = values.Length;
        Add(JumpIfEqual, (uint)call, onFalse: (byte)(count + 3));
        Add(LoadWord, ArgumentsOffset + (8 * (uint)argument));
        for (int i = 0; i < count; i++) Add(JumpIfEqual, values[i], onTrue: (byte)(count - i));
        Add(Return, Errno | (uint)error);
        Add(LoadWord, NumberOffset);
        return this;
    }

    /// <summary>Lets a call through if an argument's lower 32 bits equal one of the values; else it fails with EPERM.</summary>
    public FilterProgram AllowIfOneOf(Syscall call, int argument, params ReadOnlySpan<uint> values)
    {
        int count = values.Length;
        Add(JumpIfEqual, (uint)call, onFalse: (byte)(count + 3));
        Add(LoadWord, ArgumentsOffset + (8 * (uint)argument));
        for (int i = 0; i < count; i++) Add(JumpIfEqual, values[i], onTrue: (byte)(count - i));
        Add(Return, Errno | (uint)ErrorNumber.NotPermitted);
        Add(Return, AllowCall);
        return this;
    }

    /// <summary>Lets a call through if an argument's lower 32 bits equal a value; else it fails with EPERM.</summary>
    public FilterProgram AllowIfEqual(Syscall call, int argument, uint value) => WhenArgument(call, argument, JumpIfEqual, value, AllowCall, Errno | 1);

    /// <summary>Lets a call through if an argument has one of the bits; else it fails with EPERM.</summary>
    public FilterProgram AllowIfAnyBit(Syscall call, int argument, uint bits) => WhenArgument(call, argument, JumpIfAnyBit, bits, AllowCall, Errno | 1);

    /// <summary>Makes a call fail with EPERM if an argument has one of the bits; else lets it through.</summary>
    public FilterProgram RefuseIfAnyBit(Syscall call, int argument, uint bits) => WhenArgument(call, argument, JumpIfAnyBit, bits, Errno | 1, AllowCall);

    /// <summary>Announces a call to whoever listens.</summary>
    public FilterProgram Announce(Syscall call)
    {
        When(call, AnnounceCall);
        return this;
    }

    /// <summary>Announces a call if one of its arguments is not 0.</summary>
    public FilterProgram AnnounceUnlessZero(Syscall call, int argument)
    {
        Add(JumpIfEqual, (uint)call, onFalse: 6);
        Add(LoadWord, ArgumentsOffset + (8 * (uint)argument));
        Add(JumpIfEqual, 0, onFalse: 2);
        Add(LoadWord, ArgumentsOffset + (8 * (uint)argument) + 4);
        Add(JumpIfEqual, 0, onTrue: 1);
        Add(Return, AnnounceCall);
        Add(Return, AllowCall);
        return this;
    }

    /// <summary>Ends the program: every other call passes.</summary>
    public byte[] ElseAllow() => End(AllowCall);

    /// <summary>Ends the program: every other call fails with EPERM.</summary>
    public byte[] ElseRefuse() => End(Errno | (uint)ErrorNumber.NotPermitted);

    private byte[] End(uint action)
    {
        Add(Return, action);
        Base.Checks.Invariant.Check(_code.Count / InstructionBytes <= MostInstructions, "a filter is at most 4096 instructions");
        return [.. _code];
    }

    private void When(Syscall call, uint action)
    {
        Add(JumpIfEqual, (uint)call, onFalse: 1);
        Add(Return, action);
    }

    private FilterProgram WhenArgument(Syscall call, int argument, ushort test, uint value, uint onTrue, uint onFalse)
    {
        Add(JumpIfEqual, (uint)call, onFalse: 4);
        Add(LoadWord, ArgumentsOffset + (8 * (uint)argument));
        Add(test, value, onFalse: 1);
        Add(Return, onTrue);
        Add(Return, onFalse);
        return this;
    }

    private void Add(ushort code, uint value, byte onTrue = 0, byte onFalse = 0)
    {
        Span<byte> instruction = stackalloc byte[InstructionBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(instruction, code);
        instruction[2] = onTrue;
        instruction[3] = onFalse;
        BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], value);
        _code.AddRange(instruction);
    }
}
