// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;

namespace PeerCompute.Client;

/// <content>What the node's owner decides: its network, and what it lends.</content>
public sealed partial class PeerComputeClient
{
    /// <summary>Makes an invite line.</summary>
    /// <param name="forMs">How long it may be followed, milliseconds, one minute to 366 days.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The line and what it says.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the node listens on nothing.</exception>
    public Task<InviteResponse> InviteAsync(ulong forMs, CancellationToken cancellationToken) =>
        Call(_network.InviteAsync(new InviteRequest { ForMs = forMs }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Follows an invite line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="force">Leaves another network; keeps addresses that do not answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="PeerComputeException">The line is damaged, has expired, nobody answers, or the node belongs to another network.</exception>
    public Task<JoinResponse> JoinAsync(string line, bool force, CancellationToken cancellationToken) =>
        Call(_network.JoinAsync(new JoinRequest { Line = line, Force = force }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>What the node lends.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms.</returns>
    public Task<LendingView> LendingAsync(CancellationToken cancellationToken) =>
        Call(_lending.GetLendingAsync(new GetLendingRequest(), cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Lends under new terms.</summary>
    /// <param name="terms">The terms; what is not set stays.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms as they are now.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the node cannot take work.</exception>
    public Task<LendingView> LendAsync(LendRequest terms, CancellationToken cancellationToken) =>
        Call(_lending.LendAsync(terms, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Lends no more.</summary>
    /// <param name="now">Ends what runs for others; else it ends normally.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms as they are now.</returns>
    public Task<LendingView> StopLendingAsync(bool now, CancellationToken cancellationToken) =>
        Call(_lending.StopLendingAsync(new StopLendingRequest { Now = now }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Takes no work for a while.</summary>
    /// <param name="forMs">How long, milliseconds, at most 366 days; 0 ends a pause.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms as they are now.</returns>
    public Task<LendingView> PauseAsync(ulong forMs, CancellationToken cancellationToken) =>
        Call(_lending.PauseAsync(new PauseRequest { ForMs = forMs }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Takes no new work for one device, or takes it again.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="off">Takes it again.</param>
    /// <param name="now">Ends what runs on it for others.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms as they are now.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: nothing runs on such a device alone.</exception>
    public Task<LendingView> DrainAsync(string device, bool off, bool now, CancellationToken cancellationToken) =>
        Call(_lending.DrainAsync(new DrainRequest { Device = device, Off = off, Now = now }, cancellationToken: cancellationToken), cancellationToken);
}
