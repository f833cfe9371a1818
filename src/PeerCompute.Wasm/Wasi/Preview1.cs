// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Wasi;

/// <summary>
/// WASI preview 1 over <see cref="IGuestFiles"/>, a virtual clock and seeded randomness (docs/wasm.md). A pointer outside of memory traps.
/// </summary>
internal sealed partial class Preview1 : IDisposable
{
    private const string ModuleName = "wasi_snapshot_preview1";
    private const int CallFuel = 256;
    private const int BytesPerFuel = 8;
    private const int MaxDescriptors = 256;
    private const ulong NanosecondsPerFuel = 10;

    private readonly Store _store;
    private readonly WasiOptions _options;
    private Choices _random;
    private readonly Descriptor?[] _descriptors = new Descriptor?[MaxDescriptors];
    private readonly byte[][] _args;
    private readonly byte[][] _env;
    private LinearMemory _memory = null!;
    private long _moved;
    private long _streamed;
    private ulong _slept;

    public Preview1(Store store, WasiOptions options)
    {
        _store = store;
        _options = options;
        _random = new Choices(options.Seed);
        _args = Strings(options.Args);
        _env = Strings(options.Env);
        _descriptors[0] = new Descriptor { Stream = 0, CanRead = true };
        _descriptors[1] = new Descriptor { Stream = 1, CanWrite = true };
        _descriptors[2] = new Descriptor { Stream = 2, CanWrite = true };
        _descriptors[3] = new Descriptor { IsFolder = true, Preopened = true };
    }

    /// <summary>What is open, by number.</summary>
    internal Span<Descriptor?> Descriptors => _descriptors;

    /// <summary>Nanoseconds that the program slept.</summary>
    internal ulong Slept
    {
        get => _slept;
        set => _slept = value;
    }

    /// <summary>Bytes written to standard output and error.</summary>
    internal long Streamed
    {
        get => _streamed;
        set => _streamed = value;
    }

    /// <summary>Where <c>random_get</c> stands.</summary>
    internal (ulong A, ulong B, ulong C, ulong D) Chance
    {
        get => _random.State;
        set => _random = new Choices(value);
    }

    private delegate int Call(Preview1 host, Arguments a);

    public object? Resolve(Import import)
    {
        if (!string.Equals(import.Module, ModuleName, StringComparison.Ordinal))
        {
            return null;
        }

        if (string.Equals(import.Name, "proc_exit", StringComparison.Ordinal))
        {
            return _store.AddHost(new FuncType([WasmType.I32], []), (_, slots) => Exit((int)slots[0]));
        }

        foreach (var (name, signature, call) in Calls)
        {
            if (string.Equals(import.Name, name, StringComparison.Ordinal))
            {
                return _store.AddHost(Signature(signature), (caller, slots) => Enter(caller, slots, call));
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            descriptor?.File?.Dispose();
        }
    }

    private static FuncType Signature(string parameters)
    {
        var types = new WasmType[parameters.Length];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = parameters[i] == 'I' ? WasmType.I64 : WasmType.I32;
        }

        return new FuncType(types, [WasmType.I32]);
    }

    private static byte[][] Strings(IReadOnlyList<string> texts)
    {
        var result = new byte[texts.Count][];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Encoding.UTF8.GetBytes(texts[i] + "\0");
        }

        return result;
    }

    /// <summary>Charges a call when it begins, and the bytes it moved when it is done.</summary>
    private void Enter(WasmInstance caller, Span<ulong> slots, Call call)
    {
        Charge(CallFuel);
        _memory = caller.Memory ?? throw new TrapException(TrapKind.OutOfBoundsMemoryAccess);
        _moved = 0;
        slots[0] = (uint)call(this, new Arguments(slots));
        Charge((_moved + BytesPerFuel - 1) / BytesPerFuel);
    }

    private void Exit(int code)
    {
        Charge(CallFuel);
        throw new ProgramExit(code);
    }

    private void Charge(long amount)
    {
        var trap = _store.Fuel.Charge(amount);
        if (trap != TrapKind.None)
        {
            throw new TrapException(trap);
        }
    }

    /// <summary>A range of memory whose bytes the call moves.</summary>
    private Span<byte> Moved(uint address, uint length)
    {
        _moved += length;
        return _memory.Span(address, length);
    }

    private uint Read32(uint address) => BinaryPrimitives.ReadUInt32LittleEndian(_memory.Span(address, 4));

    private void Write32(uint address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_memory.Span(address, 4), value);

    private void Write64(uint address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_memory.Span(address, 8), value);

    /// <summary>Time since the start: fuel used, and what the program slept.</summary>
    private ulong Elapsed => ((ulong)_store.Fuel.Used * NanosecondsPerFuel) + _slept;
}
