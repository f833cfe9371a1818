// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Supervising;

/// <summary>
/// Children of a supervisor: they go on when this process ends, and the next process of the node claims them. One process of a node at a time may
/// use this, which its home's lock sees to.
/// </summary>
public sealed class SupervisedHost : IRunHost
{
    /// <summary>What a report says when the supervisor has ended.</summary>
    internal const string Gone = "the supervisor of this node's children has ended";

    /// <summary>How long the end of a run may take before the supervisor counts as stuck.</summary>
    internal static readonly TimeSpan MostForEnd = TimeSpan.FromSeconds(30);

    private readonly SupervisorLink _link;
    private readonly IRunHost _otherwise;
    private readonly Action<string> _log;
    private readonly Lock _lock = new();
    private readonly HashSet<SupervisedRun> _runs = [];
    private readonly Dictionary<string, string> _unclaimed;
    private bool _left;

    private SupervisedHost(SupervisorLink link, IRunHost otherwise, Action<string> log, IEnumerable<HeldRun> held)
    {
        (_link, _otherwise, _log) = (link, otherwise, log);
        _unclaimed = held.DistinctBy(run => run.Key).ToDictionary(run => run.Key, run => run.Folder, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Unclaimed
    {
        get
        {
            lock (_lock) return [.. _unclaimed.Keys];
        }
    }

    /// <summary>Folders of the runs that an earlier process began and nobody has claimed yet.</summary>
    public IReadOnlyCollection<string> UnclaimedFolders
    {
        get
        {
            lock (_lock) return [.. _unclaimed.Values];
        }
    }

    /// <inheritdoc/>
    public int? Supervisor => _link.Met?.Pid;

    /// <inheritdoc/>
    public bool HasLeft => Volatile.Read(ref _left);

    /// <summary>Meets the supervisor of an earlier process, where one lives; one that cannot be understood is ended, with its runs.</summary>
    /// <param name="options">How.</param>
    /// <param name="otherwise">Has the runs while no supervisor can be started; disposed of with this.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The host; where none lives, a supervisor is started when the first run needs it.</returns>
    /// <exception cref="PeerComputeException">The folder cannot be used, or a supervisor is there that cannot be ended.</exception>
    public static async Task<SupervisedHost> OpenAsync(SupervisorOptions options, IRunHost otherwise, CancellationToken cancellation)
    {
        var link = new SupervisorLink(options);
        try
        {
            return new SupervisedHost(link, otherwise, options.Log, await link.MeetEarlierAsync(cancellation).ConfigureAwait(false));
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ILeaseRun?> ClaimAsync(string key, CancellationToken cancellation)
    {
        string? folder;
        lock (_lock)
        {
            if (!_unclaimed.Remove(key, out folder)) return null;
        }

        if (await _link.AgainAsync(cancellation).ConfigureAwait(false) is var (socket, supervisor))
        {
            var run = new SupervisedRun(this, socket, supervisor, key, folder);
            if (await BeginAsync(run, FrameKind.Claim, Encoding.UTF8.GetBytes(key), cancellation).ConfigureAwait(false) is null) return run;
        }

        Debris.Remove(folder);
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<ILeaseRun> StartAsync(string key, string folder, LeaseRunSpec spec, CancellationToken cancellation)
    {
        Socket socket;
        ProcessIdentity supervisor;
        try
        {
            (socket, supervisor) = await _link.ReachAsync(cancellation).ConfigureAwait(false);
        }
        catch (PeerComputeException none) when (none.Code == ErrorCode.Host)
        {
            _log($"this run ends with the node's process: {none.Message}");
            return await _otherwise.StartAsync(key, folder, spec, cancellation).ConfigureAwait(false);
        }

        var run = new SupervisedRun(this, socket, supervisor, key, folder);
        byte[] start = LinkCodec.Encode(new StartMessage(key, folder, spec));
        if (await BeginAsync(run, FrameKind.Start, start, cancellation).ConfigureAwait(false) is not { } fault) return run;
        throw new PeerComputeException(fault.Code, fault.Text);
    }

    /// <inheritdoc/>
    public void Leave()
    {
        SupervisedRun[] runs;
        lock (_lock)
        {
            Volatile.Write(ref _left, true);
            runs = [.. _runs];
        }

        foreach (SupervisedRun run in runs) run.Leave();
    }

    /// <summary>Leaves the supervisor; one that holds nothing ends at once.</summary>
    /// <returns>When that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        Leave();
        using var patience = new CancellationTokenSource(MostForEnd);
        await _link.LeaveAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _link.Dispose();
        await _otherwise.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A run is over.</summary>
    internal void Forget(SupervisedRun run)
    {
        lock (_lock) _runs.Remove(run);
    }

    /// <summary>Ends a run whose connection broke: over another one, or with its supervisor.</summary>
    internal async Task EndLostAsync(SupervisedRun run)
    {
        if (!await EndAgainAsync(run).ConfigureAwait(false)) await _link.EndAsync(run.Supervisor).ConfigureAwait(false);
        Debris.Remove(run.Folder);
    }

    private async Task<bool> EndAgainAsync(SupervisedRun run)
    {
        using var patience = new CancellationTokenSource(MostForEnd);
        try
        {
            if (await _link.AgainAsync(patience.Token).ConfigureAwait(false) is not var (socket, supervisor)) return false;
            var again = new SupervisedRun(this, socket, supervisor, run.Key, run.Folder);
            try
            {
                if (supervisor != run.Supervisor) return true;
                return await again.SendAsync(FrameKind.Claim, Encoding.UTF8.GetBytes(run.Key)).ConfigureAwait(false)
                    && await again.LiveAsync(patience.Token).ConfigureAwait(false) is var fault
                    && (fault is { Code: ErrorCode.NotFound } || await again.EndAsync().ConfigureAwait(false));
            }
            finally
            {
                again.Leave();
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Begins or claims a run over its new connection.</summary>
    /// <returns>Null when it takes tasks, else why it does not: nothing is left of it then.</returns>
    private async Task<FaultMessage?> BeginAsync(SupervisedRun run, FrameKind kind, byte[] message, CancellationToken cancellation)
    {
        lock (_lock) _runs.Add(run);
        try
        {
            if (HasLeft) throw new OperationCanceledException();
            FaultMessage? fault = await run.SendAsync(kind, message).ConfigureAwait(false)
                ? await run.LiveAsync(cancellation).ConfigureAwait(false)
                : new FaultMessage(ErrorCode.Host, Gone);
            if (fault is null) return null;
            Forget(run);
            run.Leave();
            if (fault.Text == Gone && !HasLeft) await _link.EndAsync(run.Supervisor).ConfigureAwait(false);
            return fault;
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
