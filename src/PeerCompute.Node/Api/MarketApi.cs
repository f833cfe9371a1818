// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Loops;
using PeerCompute.Node.Mesh;

namespace PeerCompute.Node.Api;

/// <summary>Workers of the network: who fits, and why the others do not.</summary>
/// <param name="loop">The machine.</param>
/// <param name="clock">Its clocks.</param>
/// <param name="mesh">Searches.</param>
internal sealed class MarketApi(NodeLoop loop, NodeClock clock, MeshShell mesh) : MarketService.MarketServiceBase
{
    private static readonly TimeSpan FirstPeerPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public override async Task<FindResponse> Find(FindRequest request, ServerCallContext context)
    {
        var (needs, wanted) = FindNeeds.Of(request);
        await FirstPeerAsync(context.CancellationToken).ConfigureAwait(false);
        var found = await mesh.SearchAsync(needs, wanted, context.CancellationToken).ConfigureAwait(false);
        var response = new FindResponse { Explanation = MarketViews.Of(found.Explanation), Silent = (uint)found.Silent };
        var adverts = found.Fits.Select(held => MarketViews.Of(held, clock.Now.WallMs));
        response.Adverts.AddRange(adverts.OrderBy(static a => a.Price).ThenByDescending(static a => a.FuelPerSecond).Take(wanted));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<ExplainJobResponse> ExplainJob(ExplainJobRequest request, ServerCallContext context)
    {
        if (request.JobId.Length != 32) throw new PeerComputeException(ErrorCode.BadInput, $"job_id has {request.JobId.Length} bytes, expected 32.");
        var id = new Hash32(request.JobId.Span);
        var job = await loop.AskAsync(machine => machine.Explain(id), context.CancellationToken).ConfigureAwait(false)
            ?? throw new PeerComputeException(ErrorCode.NotFound, $"there is no job {id} on this node ('peercompute job list' shows all).");
        var response = new ExplainJobResponse
        {
            JobId = ByteString.CopyFrom(id.ToArray()),
            Explanation = MarketViews.Of(new Market.Adverts.Explanation(job.Seen, job.Fits, job.Lines)),
        };
        response.Workers.AddRange(job.Workers);
        return response;
    }

    /// <summary>A node that has just started knows nobody to ask.</summary>
    private async Task FirstPeerAsync(CancellationToken cancel)
    {
        while (clock.Mono.Micros < (long)FirstPeerPatience.TotalMicroseconds
            && (await loop.AskAsync(static machine => machine.Mesh(), cancel).ConfigureAwait(false)).Contacts == 0)
        {
            await Task.Delay(LookAgain, cancel).ConfigureAwait(false);
        }
    }
}
