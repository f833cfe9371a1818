// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;

namespace PeerCompute.Execution.Supervising;

/// <summary>Ends a supervisor that is not to be used, whatever its version and state, and frees what it held.</summary>
public static class SupervisorEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends the supervisor of a folder: by taking its lease of life, and where that does not help, by a signal.</summary>
    /// <param name="folder">The folder; may not be there.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When no supervisor lives and nothing leads to one; its children have ended with it.</returns>
    /// <exception cref="PeerComputeException">It does not end.</exception>
    public static Task EndAsync(string folder, CancellationToken cancellation) =>
        Directory.Exists(folder) ? EndAsync(new SupervisorFolder(folder), cancellation) : Task.CompletedTask;

    /// <inheritdoc cref="EndAsync(string, CancellationToken)"/>
    internal static async Task EndAsync(SupervisorFolder folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder.Path)) return;
        ProcessIdentity? who = folder.ReadRecord();
        File.Delete(folder.Life);
        if (!await GoneAsync(folder, Patience, cancellation).ConfigureAwait(false))
        {
            who?.Kill();
            if (!await GoneAsync(folder, Patience, cancellation).ConfigureAwait(false))
            {
                throw new PeerComputeException(
                    ErrorCode.Host, $"the supervisor of an earlier start{(who is null ? "" : $", process {who.Pid},")} does not end: end it by hand");
            }
        }

        // The kernel gives the lock back before it says that the process has ended, and groups of a process that lives are not swept.
        for (int look = 0; look < 250 && who is { Lives: true }; look++) await Task.Delay(Between, cancellation).ConfigureAwait(false);
        await ControlGroup.SweepAsync().ConfigureAwait(false);
    }

    private static async Task<bool> GoneAsync(SupervisorFolder folder, TimeSpan patience, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Between);
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        do
        {
            using FileStream? ours = folder.TryLock();
            if (ours is null) continue;
            folder.Clear();
            return true;
        }
        while (Environment.TickCount64 < end && await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
        return false;
    }
}
