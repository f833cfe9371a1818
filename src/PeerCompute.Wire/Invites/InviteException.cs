// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Invites;

/// <summary>A text that is no whole, authentic invite. Caught where the line came in.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">Cause and remedy, for people.</param>
public sealed class InviteException(InviteFault fault, string message) : Exception(message)
{
    /// <summary>What is wrong.</summary>
    public InviteFault Fault { get; } = fault;
}
