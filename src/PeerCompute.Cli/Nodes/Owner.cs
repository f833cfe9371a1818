// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Client;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Api;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;

namespace PeerCompute.Cli.Nodes;

/// <summary>A home's owner at the terminal: decisions go to its daemon, or into the home where none runs.</summary>
internal sealed class Owner : IDisposable
{
    private readonly string _home;
    private readonly PeerComputeClient? _daemon;
    private IsolationClass? _isolation;

    private Owner(string home, PeerComputeClient? daemon) => (_home, _daemon) = (home, daemon);

    /// <summary>Whether a daemon runs: a decision holds at once, not only from its next start.</summary>
    public bool HasDaemon => _daemon is not null;

    /// <summary>The owner of a home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Home"/>: it is none.</exception>
    public static async Task<Owner> OpenAsync(string home, CancellationToken cancellationToken)
    {
        var daemon = await NodeAccess.TryDaemonAsync(home, cancellationToken);
        if (daemon is null && !NodeHome.Exists(home))
            throw new PeerComputeException(ErrorCode.Home, $"{home} is no node's home: run 'peercompute init' first, or name another with --home.");
        return new Owner(home, daemon);
    }

    /// <summary>What is lent.</summary>
    public async Task<LendingView> LendingAsync(CancellationToken cancellationToken)
    {
        if (_daemon is not null) return await _daemon.LendingAsync(cancellationToken);
        _isolation ??= (await SandboxProbe.RunAsync(new SandboxOptions(), cancellationToken)).Isolation;
        var able = _isolation != IsolationClass.None;
        var config = NodeHome.ConfigIn(_home);
        var unable = able ? "its daemon does not run" : "this host cannot wall programs in ('peercompute doctor' says why)";
        var terms = LendJudge.Terms(config, able, DateTimeOffset.Now);
        return LendViews.Of(config, terms, _isolation.Value.Name(), unable, running: 0, DeviceViews.Read());
    }

    /// <summary>Lends under new terms.</summary>
    public Task<LendingView> LendAsync(LendRequest terms, CancellationToken cancellationToken) =>
        _daemon?.LendAsync(terms, cancellationToken) ?? DecideAsync(config => LendChange.Lend(config, terms), cancellationToken);

    /// <summary>Lends no more.</summary>
    public Task<LendingView> StopAsync(bool now, CancellationToken cancellationToken) =>
        _daemon?.StopLendingAsync(now, cancellationToken) ?? DecideAsync(LendChange.Stop, cancellationToken);

    /// <summary>Takes no work for a while; 0 ends a pause.</summary>
    public Task<LendingView> PauseAsync(ulong forMs, CancellationToken cancellationToken) =>
        _daemon?.PauseAsync(forMs, cancellationToken) ?? DecideAsync(config => LendChange.Pause(config, forMs, DateTimeOffset.UtcNow), cancellationToken);

    public void Dispose() => _daemon?.Dispose();

    private async Task<LendingView> DecideAsync(Func<HomeConfig, HomeConfig> change, CancellationToken cancellationToken)
    {
        using (var home = NodeHome.Open(_home)) home.Change(change);
        return await LendingAsync(cancellationToken);
    }
}
