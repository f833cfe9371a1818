// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Lending;
using PeerCompute.Node.Mesh;

namespace PeerCompute.Node.Api;

/// <summary>What the owner lends.</summary>
/// <param name="lender">Keeps and tells the decisions.</param>
/// <param name="facts">Who the node is.</param>
/// <param name="unable">Empty, or why the node cannot take work at all.</param>
/// <param name="running">Counts the children that run tasks of others.</param>
/// <param name="survey">Knows the devices.</param>
/// <param name="deviceChanged">Told when a device is lent or not; true: what has it for others ends.</param>
/// <param name="time">The clock on the wall.</param>
internal sealed class LendApi(
    Lender lender, NodeFacts facts, string unable, Func<int> running, HostSurvey survey, Func<bool, CancellationToken, Task> deviceChanged, TimeProvider time)
    : LendService.LendServiceBase
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public override async Task<LendingView> GetLending(GetLendingRequest request, ServerCallContext context)
    {
        await survey.DevicesAsync(context.CancellationToken).ConfigureAwait(false);
        return View();
    }

    /// <inheritdoc/>
    public override async Task<LendingView> Lend(LendRequest request, ServerCallContext context)
    {
        if (unable.Length > 0) throw new PeerComputeException(ErrorCode.Host, $"This node cannot lend: {unable}.");
        await lender.DecideAsync(config => LendChange.Lend(config, request), stopWork: false, context.CancellationToken).ConfigureAwait(false);
        return View();
    }

    /// <inheritdoc/>
    public override async Task<LendingView> StopLending(StopLendingRequest request, ServerCallContext context)
    {
        await lender.DecideAsync(LendChange.Stop, request.Now, context.CancellationToken).ConfigureAwait(false);
        var asked = time.GetTimestamp();
        while (request.Now && running() > 0 && time.GetElapsedTime(asked) < StopPatience)
            await Task.Delay(LookAgain, time, context.CancellationToken).ConfigureAwait(false);
        return View();
    }

    /// <inheritdoc/>
    public override async Task<LendingView> Pause(PauseRequest request, ServerCallContext context)
    {
        await lender.DecideAsync(config => LendChange.Pause(config, request.ForMs, time.GetUtcNow()), stopWork: false, context.CancellationToken)
            .ConfigureAwait(false);
        return View();
    }

    /// <inheritdoc/>
    public override async Task<LendingView> Drain(DrainRequest request, ServerCallContext context)
    {
        await survey.DevicesAsync(context.CancellationToken).ConfigureAwait(false);
        var undone = request.Off && lender.Config.Drained.Contains(request.Device);
        if (survey.Device?.Model != request.Device && !undone)
        {
            var known = survey.Device is { } device ? $"'{device.Model}' can be drained" : "no device here runs GPU programs";
            throw new PeerComputeException(ErrorCode.NotFound, $"Nothing runs on '{Printable.Line(request.Device, 80)}' alone: {known}.");
        }

        await lender.DecideAsync(config => LendChange.Drain(config, request.Device, request.Off), stopWork: false, context.CancellationToken)
            .ConfigureAwait(false);
        await deviceChanged(request is { Now: true, Off: false }, context.CancellationToken).ConfigureAwait(false);
        return View();
    }

    private LendingView View() => LendViews.Of(lender.Config, lender.Terms, facts.Isolation, unable, running(), survey.Known, lender.Owner);
}
