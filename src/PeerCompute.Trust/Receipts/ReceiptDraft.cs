// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Receipts;

/// <summary>A lease that a receipt shows.</summary>
/// <param name="Chains">Both chains, closed.</param>
/// <param name="Bid">The worker's signed bid.</param>
public sealed record ReceiptDraftLease(LeaseChains Chains, SignedEnvelope Bid);

/// <summary>What an issuer knows of a finished job: all that a receipt is made of.</summary>
/// <param name="Header">Context is the job id, sequence 1.</param>
/// <param name="JobId">The job.</param>
/// <param name="Spec">Program and data; content keys are left out of the receipt.</param>
/// <param name="Offer">The signed offer.</param>
/// <param name="SubmittedMs">Unix milliseconds.</param>
/// <param name="EndedMs">Unix milliseconds.</param>
/// <param name="Leases">Every closed lease, oldest first.</param>
public sealed record ReceiptDraft(
    Header Header,
    Hash32 JobId,
    JobSpec Spec,
    SignedEnvelope Offer,
    long SubmittedMs,
    long EndedMs,
    IReadOnlyList<ReceiptDraftLease> Leases);
