// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Reads the sections of a module under hard bounds; what needs types or indices is left to validation.</summary>
internal sealed partial class ModuleReader(byte[] bytes, WasmLimits limits)
{
    private const int CodeSection = 10;
    private const int DataSection = 11;
    private const int DataCountSection = 12;

    private readonly WasmModule _module = new(bytes, limits);
    private readonly List<int> _functionTypes = [];
    private readonly List<TableType> _tables = [];
    private readonly List<Limits> _memories = [];
    private readonly List<GlobalType> _globals = [];
    private int _definedFunctions;
    private int _bodies;
    private int _segmentElements;

    public WasmModule Read()
    {
        var reader = new ByteReader(bytes, 0, bytes.Length);
        if (reader.Left < 4 || reader.Fixed32() != 0x6D736100)
        {
            throw ByteReader.Malformed(0, "magic header not detected");
        }

        if (reader.Left < 4 || reader.Fixed32() != 1)
        {
            throw ByteReader.Malformed(4, "unknown binary version");
        }

        var last = 0;
        while (!reader.AtEnd)
        {
            ReadSection(ref reader, ref last);
        }

        if (_definedFunctions != _bodies)
        {
            throw ByteReader.Malformed(reader.Pos, "function and code section have inconsistent lengths");
        }

        if (_module.DataCount >= 0 && _module.DataCount != _module.Data.Length)
        {
            throw ByteReader.Malformed(reader.Pos, "data count and data section have inconsistent lengths");
        }

        _module.FunctionTypes = [.. _functionTypes];
        _module.Tables = [.. _tables];
        _module.Memories = [.. _memories];
        _module.Globals = [.. _globals];
        return _module;
    }

    /// <summary>Place of a section in the prescribed order: the data count stands before the code.</summary>
    private static int OrderOf(int id) => id switch
    {
        DataCountSection => CodeSection,
        CodeSection => CodeSection + 1,
        DataSection => DataSection + 1,
        _ => id,
    };

    private void ReadSection(ref ByteReader reader, ref int last)
    {
        var at = reader.Pos;
        var id = reader.U8();
        var size = reader.U32();
        if (size > (uint)reader.Left)
        {
            throw ByteReader.Malformed(at, "length out of bounds");
        }

        var section = new ByteReader(bytes, reader.Pos, reader.Pos + (int)size);
        reader.Pos = section.End;
        if (id == 0)
        {
            section.Name(limits.NameBytes);
            return;
        }

        if (id > DataCountSection)
        {
            throw ByteReader.Malformed(at, "malformed section id");
        }

        if (OrderOf(id) <= last)
        {
            throw ByteReader.Malformed(at, "unexpected content after last section");
        }

        last = OrderOf(id);
        ReadBody(id, ref section);
        if (!section.AtEnd)
        {
            throw ByteReader.Malformed(section.Pos, "section size mismatch");
        }
    }

    private void ReadBody(int id, ref ByteReader section)
    {
        switch (id)
        {
            case 1:
                ReadTypes(ref section);
                break;
            case 2:
                ReadImports(ref section);
                break;
            case 3:
                ReadFunctions(ref section);
                break;
            case 4:
                ReadTables(ref section);
                break;
            case 5:
                ReadMemories(ref section);
                break;
            case 6:
                ReadGlobals(ref section);
                break;
            case 7:
                ReadExports(ref section);
                break;
            case 8:
                _module.StartFunction = section.Count(int.MaxValue, "functions");
                break;
            case 9:
                ReadElements(ref section);
                break;
            case CodeSection:
                ReadCode(ref section);
                break;
            case DataSection:
                ReadData(ref section);
                break;
            default:
                _module.DataCount = section.Count(limits.Segments, "data segments");
                break;
        }
    }

    private void ReadTypes(ref ByteReader reader)
    {
        var types = new FuncType[reader.CountInBytes(limits.Types, "types")];
        for (var i = 0; i < types.Length; i++)
        {
            var at = reader.Pos;
            if (reader.U8() != 0x60)
            {
                throw ByteReader.Malformed(at, "integer representation too long or malformed function type");
            }

            var parameters = ReadValueTypes(ref reader);
            types[i] = new FuncType(parameters, ReadValueTypes(ref reader));
        }

        _module.Types = types;
    }

    private WasmType[] ReadValueTypes(ref ByteReader reader)
    {
        var types = new WasmType[reader.CountInBytes(limits.Arity, "parameters or results of a type")];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = reader.Type();
        }

        return types;
    }

    private void ReadImports(ref ByteReader reader)
    {
        var imports = new Import[reader.CountInBytes(limits.Imports, "imports")];
        for (var i = 0; i < imports.Length; i++)
        {
            imports[i] = ReadImport(ref reader);
        }

        _module.Imports = imports;
        _module.ImportedFunctions = _functionTypes.Count;
        _module.ImportedTables = _tables.Count;
        _module.ImportedMemories = _memories.Count;
        _module.ImportedGlobals = _globals.Count;
    }

    private Import ReadImport(ref ByteReader reader)
    {
        var from = reader.Name(limits.NameBytes);
        var name = reader.Name(limits.NameBytes);
        var at = reader.Pos;
        var kind = reader.U8();
        switch (kind)
        {
            case 0:
                var type = reader.Count(int.MaxValue, "types");
                _functionTypes.Add(type);
                return new Import { Module = from, Name = name, Kind = ExternKind.Function, TypeIndex = type };
            case 1:
                var table = ReadTableType(ref reader);
                _tables.Add(table);
                return new Import { Module = from, Name = name, Kind = ExternKind.Table, Table = table };
            case 2:
                var memory = ReadLimits(ref reader);
                _memories.Add(memory);
                return new Import { Module = from, Name = name, Kind = ExternKind.Memory, Memory = memory };
            case 3:
                var global = ReadGlobalType(ref reader);
                _globals.Add(global);
                return new Import { Module = from, Name = name, Kind = ExternKind.Global, Global = global };
            default:
                throw ByteReader.Malformed(at, "malformed import kind");
        }
    }

    private void ReadFunctions(ref ByteReader reader)
    {
        var count = reader.CountInBytes(limits.Functions - Math.Min(limits.Functions, _functionTypes.Count), "functions");
        for (var i = 0; i < count; i++)
        {
            _functionTypes.Add(reader.Count(int.MaxValue, "types"));
        }

        _definedFunctions = count;
    }

    private void ReadTables(ref ByteReader reader)
    {
        var count = reader.CountInBytes(limits.Tables - Math.Min(limits.Tables, _tables.Count), "tables");
        for (var i = 0; i < count; i++)
        {
            _tables.Add(ReadTableType(ref reader));
        }
    }

    private void ReadMemories(ref ByteReader reader)
    {
        var count = reader.CountInBytes(limits.Tables, "memories");
        for (var i = 0; i < count; i++)
        {
            _memories.Add(ReadLimits(ref reader));
        }
    }

    private void ReadGlobals(ref ByteReader reader)
    {
        var count = reader.CountInBytes(limits.Globals - Math.Min(limits.Globals, _globals.Count), "globals");
        var definitions = new GlobalDefinition[count];
        for (var i = 0; i < count; i++)
        {
            var type = ReadGlobalType(ref reader);
            _globals.Add(type);
            definitions[i] = new GlobalDefinition(type, ReadConstant(ref reader));
        }

        _module.GlobalDefinitions = definitions;
    }

    private void ReadExports(ref ByteReader reader)
    {
        var exports = new Export[reader.CountInBytes(limits.Exports, "exports")];
        for (var i = 0; i < exports.Length; i++)
        {
            var name = reader.Name(limits.NameBytes);
            var at = reader.Pos;
            var kind = reader.U8();
            if (kind > 3)
            {
                throw ByteReader.Malformed(at, "malformed export kind");
            }

            exports[i] = new Export(name, (ExternKind)kind, reader.Count(int.MaxValue, "exported things"));
        }

        _module.Exports = exports;
    }

    private static TableType ReadTableType(ref ByteReader reader)
    {
        var element = reader.RefType();
        return new TableType(element, ReadLimits(ref reader));
    }

    private static GlobalType ReadGlobalType(ref ByteReader reader)
    {
        var type = reader.Type();
        var at = reader.Pos;
        var mutable = reader.U8();
        return mutable <= 1 ? new GlobalType(type, mutable == 1) : throw ByteReader.Malformed(at, "malformed mutability");
    }

    private static Limits ReadLimits(ref ByteReader reader)
    {
        var at = reader.Pos;
        switch (reader.U8())
        {
            case 0:
                return new Limits(reader.U32(), null);
            case 1:
                var min = reader.U32();
                return new Limits(min, reader.U32());
            case 2 or 3:
                throw ByteReader.Unsupported(at, "shared memory (threads)");
            case 4 or 5:
                throw ByteReader.Unsupported(at, "64-bit memory");
            default:
                throw ByteReader.Malformed(at, "malformed limits flags");
        }
    }
}
