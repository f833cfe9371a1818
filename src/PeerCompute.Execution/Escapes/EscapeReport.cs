// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Escapes;

/// <summary>What became of a broken-out engine behind the walls of a task's child.</summary>
/// <param name="Isolation">The class of the walls.</param>
/// <param name="Attempts">Each attempt, in the order in which it was made.</param>
public sealed record EscapeReport(IsolationClass Isolation, IReadOnlyList<EscapeAttempt> Attempts)
{
    /// <summary>Whether every attempt was stopped.</summary>
    public bool AllStopped => Attempts.All(attempt => attempt.Stopped);
}
