// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm.Compile;

/// <summary>Statements of one block that follow each other and become a method of their own.</summary>
internal sealed class Region
{
    public Region(Statement first)
    {
        (Start, End, Size) = (first.Start, first.End, first.Size);
        Exits.UnionWith(first.Exits);
    }

    public int Start { get; }

    public int End { get; private set; }

    public MethodSize Size { get; private set; }

    /// <inheritdoc cref="Statement.Exits"/>
    public SortedSet<int> Exits { get; } = [];

    /// <summary>Locals that it names, parameters of the function among them; true for those that it sets within a loop.</summary>
    public SortedDictionary<int, bool> Locals { get; } = [];

    /// <summary>What rotations the runtime's compiler may find in it.</summary>
    public RotationRisk Rotations { get; private set; }

    /// <inheritdoc cref="BodyFacts.Sizes"/>
    public int Sizes { get; private set; }

    /// <summary>
    /// Its method: takes machine, frame units left and the address of the shared locals; answers which of the exits it left by, or their count at its end.
    /// </summary>
    public MethodBuilder Method { get; set; } = null!;

    /// <summary>Takes in the next statement, unless with it the region is too large or leads to too many places.</summary>
    public bool Add(Statement next, MethodSize most)
    {
        if (!(Size + next.Size).Within(most) || Exits.Count + next.Exits.Count(e => !Exits.Contains(e)) > Statement.MostExits)
        {
            return false;
        }

        (End, Size) = (next.End, Size + next.Size);
        Exits.UnionWith(next.Exits);
        return true;
    }

    /// <summary>Reads what it uses.</summary>
    public void Scan(WasmModule module)
    {
        var reader = new ByteReader(module.Bytes, Start, End);
        var risk = default(RotationRisk);
        var around = new Stack<bool>();
        around.Push(false);
        ulong? constant = null;
        while (!reader.AtEnd)
        {
            var opcode = reader.U8();
            risk.Add(opcode, constant);
            constant = null;
            switch (opcode)
            {
                case Opcodes.Block or Opcodes.Loop or Opcodes.If:
                    BlockTypes.Read(ref reader, module);
                    around.Push(opcode == Opcodes.Loop || around.Peek());
                    break;
                case Opcodes.End:
                    around.Pop();
                    break;
                case Opcodes.LocalGet or Opcodes.LocalSet or Opcodes.LocalTee:
                    var local = (int)reader.U32();
                    Locals[local] = Locals.GetValueOrDefault(local) || (opcode != Opcodes.LocalGet && around.Peek());
                    break;
                case Opcodes.I32Const:
                    constant = (uint)reader.S32();
                    break;
                case Opcodes.I64Const:
                    constant = (ulong)reader.S64();
                    break;
                default:
                    Immediates.Skip(ref reader, opcode);
                    Sizes |= opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore ? 1 << Opcodes.MemoryAccess(opcode).Align : 0;
                    break;
            }
        }

        Rotations = risk;
    }
}
