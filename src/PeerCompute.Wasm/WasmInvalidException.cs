// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>A module was refused before any of its instructions ran.</summary>
public sealed class WasmInvalidException : Exception
{
    /// <summary>Makes the refusal.</summary>
    /// <param name="fault">What kind of refusal it is.</param>
    /// <param name="offset">Byte offset in the module, or -1 where none applies.</param>
    /// <param name="reason">One line for a person.</param>
    public WasmInvalidException(WasmFault fault, int offset, string reason)
        : base(offset < 0 ? reason : FormattableString.Invariant($"{reason} (at byte {offset})"))
    {
        Fault = fault;
        Offset = offset;
        Reason = reason;
    }

    /// <summary>What kind of refusal it is.</summary>
    public WasmFault Fault { get; }

    /// <summary>Byte offset in the module, or -1.</summary>
    public int Offset { get; }

    /// <summary>One line for a person, without the offset.</summary>
    public string Reason { get; }
}
