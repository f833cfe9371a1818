// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Client;

/// <content>Workers of the network.</content>
public sealed partial class PeerComputeClient
{
    /// <summary>Looks for workers, 20 s at most; 25 s on a node that has just started.</summary>
    /// <param name="needs">What they must have.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Who fits, and why others do not.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: names the field and what it may be.</exception>
    public Task<FindResponse> FindAsync(FindRequest needs, CancellationToken cancellationToken) =>
        Call(_market.FindAsync(needs, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Why so many, so few or no workers fit a job of this node.</summary>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Counts that add up to the adverts seen, and what came of each worker.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: there is no such job.</exception>
    public Task<ExplainJobResponse> ExplainAsync(Hash32 jobId, CancellationToken cancellationToken) =>
        Call(_market.ExplainJobAsync(new ExplainJobRequest { JobId = Id(jobId) }, cancellationToken: cancellationToken), cancellationToken);
}
