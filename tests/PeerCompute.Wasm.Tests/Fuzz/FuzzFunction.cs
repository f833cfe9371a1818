// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A function as a tree.</summary>
internal sealed class FuzzFunction
{
    public required FuncType Type { get; init; }

    /// <summary>Declared locals, without the parameters.</summary>
    public List<WasmType> Locals { get; init; } = [];

    /// <summary>What it does; leaves the results on the stack.</summary>
    public List<Node> Body { get; init; } = [];

    public FuzzFunction Copy() => new() { Type = Type, Locals = [.. Locals], Body = Body.ConvertAll(n => n.Copy()) };

    public IEnumerable<Node> All() => Body.SelectMany(n => n.All());

    public byte[] Encode()
    {
        var code = new List<byte>();
        foreach (var node in Body) node.Write(code);
        return Leb.Sized([.. Leb.Vector(Groups()), .. code, 0x0B]);
    }

    /// <summary>Locals of one type that follow each other are declared together.</summary>
    private IEnumerable<byte[]> Groups()
    {
        for (var i = 0; i < Locals.Count;)
        {
            var count = Locals.Skip(i).TakeWhile(t => t == Locals[i]).Count();
            yield return [.. Leb.Unsigned((ulong)count), (byte)Locals[i]];
            i += count;
        }
    }
}
