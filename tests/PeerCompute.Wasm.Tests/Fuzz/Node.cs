// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>
/// A piece of a function body: operands, then its own bytes, then the bodies of a block. It leaves <see cref="Results"/> on the stack and takes nothing
/// from it, so that any node may be replaced by any other of the same results (labels aside).
/// </summary>
internal sealed class Node(WasmType[] results, byte[] code, params Node[] operands)
{
    public WasmType[] Results { get; } = results;

    /// <summary>Instructions after the operands; the first is what the node is named by.</summary>
    public byte[] Code { get; set; } = code;

    public List<Node> Operands { get; } = [.. operands];

    /// <summary>Bodies of a block, a loop or the arms of an <c>if</c>; none where the node is no block.</summary>
    public List<Node>[] Bodies { get; init; } = [];

    /// <summary>The opcode: one byte, or 0xFC and the number behind it.</summary>
    public int Opcode => Code.Length == 0 ? -1 : Code[0] == 0xFC ? 0xFC00 | Code[1] : Code[0];

    public void Write(List<byte> target)
    {
        foreach (var operand in Operands) operand.Write(target);
        target.AddRange(Code);
        for (var i = 0; i < Bodies.Length; i++)
        {
            if (i > 0) target.Add(0x05);
            foreach (var node in Bodies[i]) node.Write(target);
        }

        if (Bodies.Length > 0) target.Add(0x0B);
    }

    /// <summary>A copy that shares nothing.</summary>
    public Node Copy() => new(Results, Code, [.. Operands.Select(o => o.Copy())]) { Bodies = [.. Bodies.Select(b => b.ConvertAll(n => n.Copy()))] };

    /// <summary>Itself and everything below it.</summary>
    public IEnumerable<Node> All() => Operands.Concat(Bodies.SelectMany(b => b)).SelectMany(n => n.All()).Prepend(this);

    /// <summary>The lists that nodes below it stand in.</summary>
    public IEnumerable<List<Node>> Lists() => Bodies.Prepend(Operands).Concat(Operands.Concat(Bodies.SelectMany(b => b)).SelectMany(n => n.Lists()));
}
