// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A mistake that an engine could have, made by writing another instruction into the module before the engine sees it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Opcode">The instruction that is done wrong.</param>
/// <param name="Instead">What is done instead.</param>
internal sealed record Fault(string Name, int Opcode, byte[] Instead)
{
    public FuzzCase Apply(FuzzCase fuzz)
    {
        var module = fuzz.Module.Copy();
        foreach (var node in module.Functions.SelectMany(f => f.All()).Where(n => n.Opcode == Opcode))
        {
            node.Code = [.. Instead, .. node.Code[(Opcode > 0xFF ? 2 : 1)..]];
        }

        return fuzz with { Module = module };
    }
}
