// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Parameters and results of a function or block.</summary>
internal sealed class FuncType(WasmType[] parameters, WasmType[] results)
{
    public WasmType[] Params { get; } = parameters;

    public WasmType[] Results { get; } = results;

    public bool Same(FuncType other) =>
        Params.AsSpan().SequenceEqual(other.Params) && Results.AsSpan().SequenceEqual(other.Results);

    /// <summary>A text that is equal for equal types.</summary>
    public string Key()
    {
        var text = new char[Params.Length + Results.Length + 1];
        for (var i = 0; i < Params.Length; i++)
        {
            text[i] = (char)Params[i];
        }

        text[Params.Length] = '>';
        for (var i = 0; i < Results.Length; i++)
        {
            text[Params.Length + 1 + i] = (char)Results[i];
        }

        return new string(text);
    }
}
