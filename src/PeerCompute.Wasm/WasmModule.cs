// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wasm.Compile;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm;

/// <summary>A decoded, validated and translated module; immutable, so that any number of instances may share it.</summary>
public sealed class WasmModule
{
    private CompiledModule? _compiled;
    private CompiledModule? _compiledWide;

    internal WasmModule(byte[] bytes, WasmLimits limits)
    {
        Bytes = bytes;
        Hash = Hash32.Of(bytes);
        Limits = limits;
    }

    /// <summary>SHA-256 of the binary format.</summary>
    public Hash32 Hash { get; }

    /// <summary>Pages of 64 KiB that the module's memory starts with; 0 where it has none.</summary>
    public int InitialPages => Memories.Length == 0 ? 0 : (int)Memories[0].Min;

    /// <summary>Bytes of all function bodies in the binary format.</summary>
    public long CodeBytes => Bodies.Sum(body => (long)body.End - body.Start);

    /// <summary>Whether an instance under <see cref="WasmEngine.Compiler"/> was made of it, so that the next one starts at once.</summary>
    public bool IsCompiled => _compiled is not null;

    internal byte[] Bytes { get; }

    internal WasmLimits Limits { get; }

    internal FuncType[] Types { get; set; } = [];

    internal Import[] Imports { get; set; } = [];

    /// <summary>Type index of each function, imported ones first.</summary>
    internal int[] FunctionTypes { get; set; } = [];

    internal int ImportedFunctions { get; set; }

    internal int ImportedTables { get; set; }

    internal int ImportedMemories { get; set; }

    internal int ImportedGlobals { get; set; }

    internal TableType[] Tables { get; set; } = [];

    internal Limits[] Memories { get; set; } = [];

    /// <summary>Types of all globals, imported ones first.</summary>
    internal GlobalType[] Globals { get; set; } = [];

    internal GlobalDefinition[] GlobalDefinitions { get; set; } = [];

    internal Export[] Exports { get; set; } = [];

    internal int StartFunction { get; set; } = -1;

    internal ElementSegment[] Elements { get; set; } = [];

    internal DataSegment[] Data { get; set; } = [];

    /// <summary>The count of the data count section, or -1 without one.</summary>
    internal int DataCount { get; set; } = -1;

    internal FunctionBody[] Bodies { get; set; } = [];

    internal ModuleCode Code { get; private set; } = null!;

    /// <summary>Which functions are split when it is compiled.</summary>
    internal SplitSizes SplitSizes { get; set; } = SplitSizes.Default;

    /// <summary>Made at the first use, then shared by all instances: once for those whose memory may come close to 4 GiB, once for all others.</summary>
    internal CompiledModule CompiledFor(bool wide)
    {
        ref var compiled = ref wide ? ref _compiledWide : ref _compiled;
        return compiled ?? Interlocked.CompareExchange(ref compiled, ModuleCompiler.Compile(this, wide), null) ?? compiled;
    }

    /// <summary>Compiles the module to intermediate language unless that was done before; functions become machine code when they are first called.</summary>
    /// <param name="maxPages">Pages granted to the programs that will run it.</param>
    /// <returns>How much it is.</returns>
    public WasmCode Compile(int maxPages)
    {
        var compiled = CompiledFor(AccessGroup.IsWide((uint)maxPages));
        return new WasmCode(Bodies.Length, compiled.Bytes, compiled.Interpreted);
    }

    /// <summary>Decodes, validates and translates a module.</summary>
    /// <param name="bytes">The binary format; it is copied.</param>
    /// <param name="limits">Bounds on what the module may declare.</param>
    /// <exception cref="WasmInvalidException">The module is refused; says where and why.</exception>
    public static WasmModule Parse(ReadOnlyMemory<byte> bytes, WasmLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (bytes.Length > limits.ModuleBytes)
        {
            throw new WasmInvalidException(
                WasmFault.OverLimit, -1, FormattableString.Invariant($"module of {bytes.Length} bytes, at most {limits.ModuleBytes}"));
        }

        var module = new ModuleReader(bytes.ToArray(), limits).Read();
        new ModuleValidator(module).Validate();
        module.Code = ModuleCode.Translate(module);
        return module;
    }

    internal FuncType TypeOf(int function) => Types[FunctionTypes[function]];

    internal Export? FindExport(string name)
    {
        foreach (var export in Exports)
        {
            if (string.Equals(export.Name, name, StringComparison.Ordinal))
            {
                return export;
            }
        }

        return null;
    }
}
