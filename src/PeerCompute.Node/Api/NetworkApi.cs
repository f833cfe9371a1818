// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Core;
using PeerCompute.Net;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Loops;
using PeerCompute.Node.Networks;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Api;

/// <summary>The node's network and the way into it.</summary>
/// <param name="host">Where the node listens.</param>
/// <param name="home">Key and configuration.</param>
/// <param name="loop">Knows the work under way.</param>
/// <param name="time">The clock on the wall.</param>
/// <param name="restart">Starts the node again, in another network.</param>
internal sealed class NetworkApi(Host host, NodeHome home, NodeLoop loop, TimeProvider time, Action restart) : NetworkService.NetworkServiceBase
{
    /// <inheritdoc/>
    public override Task<InviteResponse> Invite(InviteRequest request, ServerCallContext context)
    {
        if (request.ForMs is < Inviting.LeastMs or > Inviting.MostMs)
            throw new PeerComputeException(ErrorCode.Usage, "An invite may be followed for one minute to 366 days.");
        var (addresses, warning) = Inviting.Choose(host.ListenAddresses);
        var expires = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() + request.ForMs;
        var invite = new Wire.Invites.Invite(home.Config.Network, home.Key.PeerId, [.. addresses], expires);
        var response = new InviteResponse { Line = invite.ToLine(home.Key), Network = invite.Network.ToString(), ExpiresMs = expires, Warning = warning };
        response.Addresses.AddRange(invite.Dialable.Select(static a => a.ToString()));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        var invite = Joining.Read(request.Line, home.Key.PeerId, time.GetUtcNow());
        var moves = invite.Network != home.Config.Network;
        _ = Joining.Join(home.Config, invite, request.Force);
        if (moves && !request.Force) await CheckIdleAsync(context.CancellationToken).ConfigureAwait(false);
        var dialled = await BootstrapDialer.DialAsync(host, invite.Dialable.Select(static a => a.ToString()), context.CancellationToken).ConfigureAwait(false);
        if (!request.Force && dialled.All(static d => d.Error.Length > 0)) throw Unreached(invite, dialled);
        home.Change(config => Joining.Join(config, invite, request.Force));
        var response = new JoinResponse { Network = invite.Network.ToString(), Inviter = invite.Inviter.ToString(), Restarts = moves };
        response.Dialled.AddRange(dialled.Select(static d => new DialResult { Address = d.Address, Error = d.Error }));
        if (moves) restart();
        return response;
    }

    private static PeerComputeException Unreached(Wire.Invites.Invite invite, IReadOnlyList<(string Address, string Error)> dialled)
    {
        var lines = dialled.Select(static d => $"\n  {d.Address}: {d.Error}");
        return new PeerComputeException(ErrorCode.Unavailable,
            $"No address of the invite answers, and nothing was changed:{string.Concat(lines)}\n"
            + $"Check that the daemon of {invite.Inviter} runs and that its port is open to this machine; --force joins all the same.");
    }

    private async Task CheckIdleAsync(CancellationToken cancel)
    {
        var (jobs, leases) = await loop.AskAsync(Busy, cancel).ConfigureAwait(false);
        if (jobs + leases == 0) return;
        throw new PeerComputeException(ErrorCode.Refused,
            $"{jobs} jobs and {leases} leases with nodes of network {home.Config.Network} are under way: wait for their end, or leave them with --force.");
    }

    private static (int Jobs, int Leases) Busy(INodeMachine machine)
        => (machine.Jobs().Count(static j => !j.Ended), machine.Work().Count(static l => l.Phase is not (LeasePhase.Settled or LeasePhase.Cancelled)));
}
