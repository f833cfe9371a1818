// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>One job of a run.</summary>
/// <param name="JobId">Its id, hexadecimal.</param>
/// <param name="Client">Index of the client.</param>
/// <param name="State">How it ended.</param>
/// <param name="SubmittedMs">Milliseconds of the run by the client's clock.</param>
/// <param name="EndedMs">The same; -1 when it did not end.</param>
/// <param name="Tasks">Tasks.</param>
/// <param name="TasksAccepted">Tasks accepted.</param>
/// <param name="Leases">Leases awarded.</param>
/// <param name="LeasesSettled">Leases that both sides closed.</param>
/// <param name="OwedMicro">Owed to workers, micro-units.</param>
/// <param name="Cause">Why it was not accepted.</param>
public sealed record JobRow(
    string JobId,
    int Client,
    string State,
    long SubmittedMs,
    long EndedMs,
    int Tasks,
    int TasksAccepted,
    int Leases,
    int LeasesSettled,
    ulong OwedMicro,
    string Cause)
{
    /// <summary>Whether its every task was accepted.</summary>
    public bool IsAccepted => State == "Accepted";

    /// <summary>From submission to end, seconds.</summary>
    public double ResponseSeconds => (EndedMs - SubmittedMs) / 1000.0;
}
