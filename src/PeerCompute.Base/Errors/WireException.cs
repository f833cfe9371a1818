// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Errors;

/// <summary>A stranger's bytes break a rule of the format. Caught where the bytes came in; never a bug of ours.</summary>
/// <param name="field">The field or structure that is wrong.</param>
/// <param name="reason">What is wrong with it, with the limit where one is broken.</param>
/// <param name="offset">Byte offset in the message where known, else -1.</param>
public sealed class WireException(string field, string reason, int offset = -1)
    : Exception(offset < 0 ? $"{field}: {reason}" : $"{field}: {reason} (at byte {offset})")
{
    /// <summary>The field or structure that is wrong.</summary>
    public string Field { get; } = field;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>Byte offset in the message, or -1.</summary>
    public int Offset { get; } = offset;
}
