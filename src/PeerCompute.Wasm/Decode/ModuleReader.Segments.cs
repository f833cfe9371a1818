// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <content>Bodies, segments and constant expressions.</content>
internal sealed partial class ModuleReader
{
    private void ReadCode(ref ByteReader reader)
    {
        var count = reader.CountInBytes(limits.Functions, "function bodies");
        var bodies = new FunctionBody[count];
        for (var i = 0; i < count; i++)
        {
            bodies[i] = ReadFunction(ref reader, i);
        }

        _bodies = count;
        _module.Bodies = bodies;
    }

    private FunctionBody ReadFunction(ref ByteReader reader, int index)
    {
        var at = reader.Pos;
        var size = reader.U32();
        if (size > (uint)reader.Left)
        {
            throw ByteReader.Malformed(at, "unexpected end");
        }

        if (size > (uint)limits.FunctionBytes)
        {
            throw new WasmInvalidException(
                WasmFault.OverLimit, at, FormattableString.Invariant($"function body of {size} bytes, at most {limits.FunctionBytes}"));
        }

        var body = new ByteReader(bytes, reader.Pos, reader.Pos + (int)size);
        reader.Pos = body.End;
        var groups = new LocalGroup[body.CountInBytes(limits.Locals, "groups of locals")];
        ulong total = 0;
        for (var g = 0; g < groups.Length; g++)
        {
            var offset = body.Pos;
            var n = body.U32();
            total += n;
            if (total > (ulong)limits.Locals)
            {
                throw total > uint.MaxValue
                    ? ByteReader.Malformed(offset, "too many locals")
                    : new WasmInvalidException(WasmFault.OverLimit, offset, FormattableString.Invariant($"too many locals, at most {limits.Locals}"));
            }

            groups[g] = new LocalGroup((int)n, body.Type());
        }

        var type = index < _definedFunctions ? _functionTypes[_module.ImportedFunctions + index] : 0;
        return new FunctionBody(type, groups, (int)total, body.Pos, body.End);
    }

    private void ReadElements(ref ByteReader reader)
    {
        var segments = new ElementSegment[reader.CountInBytes(limits.Segments, "element segments")];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = ReadElement(ref reader);
        }

        _module.Elements = segments;
    }

    /// <summary>Flags: bit 0 no active segment, bit 1 explicit table or declarative, bit 2 expressions instead of indices.</summary>
    private ElementSegment ReadElement(ref ByteReader reader)
    {
        var at = reader.Pos;
        var flags = reader.U32();
        if (flags > 7)
        {
            throw ByteReader.Malformed(at, "malformed element segment flags");
        }

        var active = (flags & 1) == 0;
        var mode = active ? SegmentMode.Active : (flags & 2) != 0 ? SegmentMode.Declarative : SegmentMode.Passive;
        var table = active && (flags & 2) != 0 ? reader.Count(int.MaxValue, "tables") : 0;
        var start = active ? ReadConstant(ref reader) : default;
        var expressions = (flags & 4) != 0;
        var type = WasmType.FuncRef;
        if ((flags & 3) != 0)
        {
            if (expressions)
            {
                type = reader.RefType();
            }
            else if (reader.U8() != 0)
            {
                throw ByteReader.Malformed(reader.Pos - 1, "malformed element kind");
            }
        }

        var items = new Constant[reader.CountInBytes(limits.SegmentElements - _segmentElements, "elements of segments")];
        _segmentElements += items.Length;
        for (var i = 0; i < items.Length; i++)
        {
            var offset = reader.Pos;
            items[i] = expressions
                ? ReadConstant(ref reader)
                : new Constant(ConstantKind.RefFunc, reader.U32(), WasmType.FuncRef, offset);
        }

        return new ElementSegment(mode, table, start, type, items, at);
    }

    private void ReadData(ref ByteReader reader)
    {
        var segments = new DataSegment[reader.CountInBytes(limits.Segments, "data segments")];
        for (var i = 0; i < segments.Length; i++)
        {
            var at = reader.Pos;
            var flags = reader.U32();
            if (flags > 2)
            {
                throw ByteReader.Malformed(at, "malformed data segment flags");
            }

            var memory = flags == 2 ? reader.Count(int.MaxValue, "memories") : 0;
            var start = flags == 1 ? default : ReadConstant(ref reader);
            var length = reader.CountInBytes(reader.Left, "data bytes");
            segments[i] = new DataSegment(flags == 1 ? SegmentMode.Passive : SegmentMode.Active, memory, start, reader.Pos, length);
            reader.Pos += length;
        }

        _module.Data = segments;
    }

    /// <summary>A valid constant expression of this version is exactly one instruction: none of them takes an operand.</summary>
    private static Constant ReadConstant(ref ByteReader reader)
    {
        var at = reader.Pos;
        var opcode = reader.U8();
        var constant = opcode switch
        {
            0x41 => new Constant(ConstantKind.Value, (uint)reader.S32(), WasmType.I32, at),
            0x42 => new Constant(ConstantKind.Value, (ulong)reader.S64(), WasmType.I64, at),
            0x43 => new Constant(ConstantKind.Value, reader.Fixed32(), WasmType.F32, at),
            0x44 => new Constant(ConstantKind.Value, reader.Fixed64(), WasmType.F64, at),
            0x23 => new Constant(ConstantKind.GlobalGet, reader.U32(), WasmType.Unknown, at),
            0xD0 => new Constant(ConstantKind.Value, 0, reader.RefType(), at),
            0xD2 => new Constant(ConstantKind.RefFunc, reader.U32(), WasmType.FuncRef, at),
            0xFD => throw ByteReader.Unsupported(at, "SIMD"),
            0x0B => throw new WasmInvalidException(WasmFault.Invalid, at, "type mismatch: empty constant expression"),
            _ => throw new WasmInvalidException(WasmFault.Invalid, at, "constant expression required"),
        };
        var next = reader.U8();
        return next == 0x0B ? constant : next == 0xFD
            ? throw ByteReader.Unsupported(reader.Pos - 1, "SIMD")
            : throw new WasmInvalidException(WasmFault.Invalid, reader.Pos - 1, "constant expression of more than one instruction");
    }
}
