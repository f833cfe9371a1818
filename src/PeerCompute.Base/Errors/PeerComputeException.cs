// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Errors;

/// <summary>An expected failure: says the cause, the field or limit, and the remedy in one or two sentences.</summary>
/// <param name="code">The kind of failure.</param>
/// <param name="message">Cause and, where there is one, remedy; shown to the user as it is.</param>
/// <param name="inner">The failure below it, if any.</param>
public sealed class PeerComputeException(ErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of failure.</summary>
    public ErrorCode Code { get; } = code;
}
