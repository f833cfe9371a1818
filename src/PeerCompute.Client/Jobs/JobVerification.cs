// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Client.Jobs;

/// <summary>How results of a job are confirmed.</summary>
/// <param name="By"><c>issuer</c>: the client's own node executes every task again. <c>replicas</c>: drawn workers do.</param>
/// <param name="Replicas">With <c>replicas</c>: equal outputs of different workers that a task needs, 2 to 5; else 0.</param>
public sealed record JobVerification(string By, uint Replicas);
