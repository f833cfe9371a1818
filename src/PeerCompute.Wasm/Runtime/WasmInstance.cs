// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Runtime;

/// <summary>An instantiated module (WebAssembly 2.0, section 4.5).</summary>
internal sealed unsafe class WasmInstance
{
    private readonly nint[] _globalCells;

    /// <summary>Links, initialises and starts a module.</summary>
    /// <param name="store">Where it lives.</param>
    /// <param name="module">What is instantiated.</param>
    /// <param name="resolve">
    /// Finds an import: a <see cref="FunctionInstance"/>, <see cref="Table"/>, <see cref="LinearMemory"/>, <see cref="Global"/> or null.
    /// </param>
    /// <param name="initialise">Whether segments are copied and the start function runs; not where a state is about to be put back.</param>
    /// <exception cref="WasmInvalidException">An import is unknown or of another type.</exception>
    /// <exception cref="TrapException">A segment lies out of bounds, or the start function trapped.</exception>
    public WasmInstance(Store store, WasmModule module, Func<Import, object?> resolve, bool initialise = true)
    {
        Store = store;
        Module = module;
        TypeIds = new int[module.Types.Length];
        for (var i = 0; i < TypeIds.Length; i++)
        {
            TypeIds[i] = store.TypeId(module.Types[i]);
        }

        Functions = new FunctionInstance[module.FunctionTypes.Length];
        Tables = new Table[module.Tables.Length];
        Globals = new Global[module.Globals.Length];
        new Linker(this, resolve).Link();
        _globalCells = GC.AllocateArray<nint>(Globals.Length, pinned: true);
        AddDefinitions();
        for (var i = 0; i < Globals.Length; i++)
        {
            _globalCells[i] = (nint)Globals[i].Cell;
        }

        Segments = new Segments(this);
        if (!initialise)
        {
            return;
        }

        Segments.Initialise();
        if (module.StartFunction >= 0)
        {
            store.Invoke(Functions[module.StartFunction], []);
        }
    }

    public Store Store { get; }

    public WasmModule Module { get; }

    public int[] TypeIds { get; }

    public FunctionInstance[] Functions { get; }

    public Table[] Tables { get; }

    public Global[] Globals { get; }

    public LinearMemory? Memory { get; set; }

    public Segments Segments { get; }

    public FunctionEntry* Entries => Module.Code.Entries;

    public byte* MemoryData => Memory is null ? null : Memory.Data;

    public ulong MemoryLength => Memory is null ? 0 : Memory.Length;

    public ulong** GlobalCells => (ulong**)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_globalCells));

    public object? Find(string name) => Module.FindExport(name) is not { } export ? null : export.Kind switch
    {
        ExternKind.Function => Functions[export.Index],
        ExternKind.Table => Tables[export.Index],
        ExternKind.Memory => Memory,
        _ => Globals[export.Index],
    };

    public ulong Evaluate(Constant constant) => constant.Kind switch
    {
        ConstantKind.Value => constant.Operand,
        ConstantKind.GlobalGet => Globals[constant.Operand].Value,
        _ => Functions[constant.Operand].Handle,
    };

    private void AddDefinitions()
    {
        for (var i = 0; i < Module.Bodies.Length; i++)
        {
            var index = Module.ImportedFunctions + i;
            Functions[index] = Store.AddFunction(Module.TypeOf(index), this, index, Entries + i);
        }

        for (var i = Module.ImportedTables; i < Tables.Length; i++)
        {
            Tables[i] = new Table(Module.Tables[i], Module.Limits.TableElements);
        }

        if (Module.ImportedMemories == 0 && Module.Memories.Length > 0)
        {
            Memory = new LinearMemory(Module.Memories[0].Min, Module.Memories[0].Max, Store.MaxPages);
        }

        for (var i = 0; i < Module.GlobalDefinitions.Length; i++)
        {
            var definition = Module.GlobalDefinitions[i];
            Globals[Module.ImportedGlobals + i] = new Global(definition.Type, Evaluate(definition.Initial));
        }
    }
}
