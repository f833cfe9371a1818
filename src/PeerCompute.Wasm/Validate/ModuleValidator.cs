// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Validate;

/// <summary>Validates a decoded module (WebAssembly 2.0, section 3.4); functions by <see cref="FunctionValidator"/>.</summary>
internal sealed class ModuleValidator(WasmModule module)
{
    private const uint MaxPages = 65_536;

    /// <summary>Functions that <c>ref.func</c> may name: those mentioned outside of function bodies.</summary>
    private readonly bool[] _declared = new bool[module.FunctionTypes.Length];

    public static WasmInvalidException Invalid(int offset, string reason) => new(WasmFault.Invalid, offset, reason);

    public void Validate()
    {
        foreach (var type in module.FunctionTypes)
        {
            Check((uint)type < (uint)module.Types.Length, "unknown type");
        }

        ValidateTablesAndMemories();
        foreach (var global in module.GlobalDefinitions)
        {
            ValidateConstant(global.Initial, global.Type.Type);
        }

        ValidateExports();
        ValidateStart();
        ValidateSegments();
        var functions = new FunctionValidator(module, _declared);
        foreach (var body in module.Bodies)
        {
            functions.Validate(body);
        }
    }

    private static void Check(bool holds, string reason, int offset = -1)
    {
        if (!holds)
        {
            throw Invalid(offset, reason);
        }
    }

    private void ValidateTablesAndMemories()
    {
        foreach (var table in module.Tables)
        {
            Check(table.Limits.Max is not { } max || max >= table.Limits.Min, "size minimum must not be greater than maximum");
            if (table.Limits.Min > module.Limits.TableElements)
            {
                throw new WasmInvalidException(
                    WasmFault.OverLimit, -1, FormattableString.Invariant($"table of {table.Limits.Min} elements, at most {module.Limits.TableElements}"));
            }
        }

        Check(module.Memories.Length <= 1, "multiple memories");
        foreach (var memory in module.Memories)
        {
            Check(memory.Min <= MaxPages && (memory.Max ?? 0) <= MaxPages, "memory size must be at most 65536 pages (4GiB)");
            Check(memory.Max is not { } max || max >= memory.Min, "size minimum must not be greater than maximum");
        }
    }

    private void ValidateExports()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var export in module.Exports)
        {
            Check(names.Add(export.Name), "duplicate export name");
            var (count, what) = export.Kind switch
            {
                ExternKind.Function => (module.FunctionTypes.Length, "function"),
                ExternKind.Table => (module.Tables.Length, "table"),
                ExternKind.Memory => (module.Memories.Length, "memory"),
                _ => (module.Globals.Length, "global"),
            };
            Check(export.Index < count, "unknown " + what);
            if (export.Kind == ExternKind.Function)
            {
                _declared[export.Index] = true;
            }
        }
    }

    private void ValidateStart()
    {
        if (module.StartFunction >= 0)
        {
            Check(module.StartFunction < module.FunctionTypes.Length, "unknown function");
            var type = module.TypeOf(module.StartFunction);
            Check(type.Params.Length == 0 && type.Results.Length == 0, "start function must take and return nothing");
        }
    }

    private void ValidateSegments()
    {
        foreach (var segment in module.Elements)
        {
            foreach (var item in segment.Items)
            {
                ValidateConstant(item, segment.Type);
            }

            if (segment.Mode == SegmentMode.Active)
            {
                Check(segment.Table < module.Tables.Length, "unknown table", segment.Offset);
                Check(module.Tables[segment.Table].Element == segment.Type, "type mismatch", segment.Offset);
                ValidateConstant(segment.Start, WasmType.I32);
            }
        }

        foreach (var segment in module.Data)
        {
            if (segment.Mode == SegmentMode.Active)
            {
                Check(segment.Memory < module.Memories.Length, "unknown memory", segment.Offset);
                ValidateConstant(segment.Start, WasmType.I32);
            }
        }
    }

    private void ValidateConstant(Constant constant, WasmType expected)
    {
        var type = constant.Type;
        if (constant.Kind == ConstantKind.GlobalGet)
        {
            Check(constant.Operand < (ulong)module.ImportedGlobals, "unknown global", constant.Offset);
            var global = module.Globals[(int)constant.Operand];
            Check(!global.Mutable, "constant expression required", constant.Offset);
            type = global.Type;
        }
        else if (constant.Kind == ConstantKind.RefFunc)
        {
            Check(constant.Operand < (ulong)module.FunctionTypes.Length, "unknown function", constant.Offset);
            _declared[(int)constant.Operand] = true;
        }

        Check(type == expected, "type mismatch", constant.Offset);
    }
}
