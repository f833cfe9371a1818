// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Seccomp;

namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// A started process and its end. One thread starts it and waits for it: the kernel ends the child when the thread that started it ends, so that
/// must not be a thread of the pool.
/// </summary>
internal sealed class Spawned
{
    private const int WatcherStackBytes = 256 << 10;
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private bool _reaped;

    private Spawned()
    {
    }

    /// <summary>Its process id, also the id of its session and process group.</summary>
    public int Id { get; private set; }

    /// <summary>Completes with the exit code, or 128 + the signal, when the process has ended.</summary>
    public Task<int> End => _end.Task;

    /// <summary>Starts a process.</summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <param name="environment">The whole environment, as NAME=value.</param>
    /// <param name="descriptors">What it gets as descriptors 0, 1, ...; every other one is closed in it. They are closed here, whatever happens.</param>
    /// <exception cref="PeerComputeException">The host refuses: no memory, no such program.</exception>
    public static Task<Spawned> StartAsync(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, params int[] descriptors) =>
        StartAsync(arguments, environment, descriptors, null);

    /// <summary>Starts a process whose attempts to reach others are seen.</summary>
    public static async Task<Spawned> StartAsync(
        IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int[] descriptors, NetworkWatch? watch)
    {
        var process = new Spawned();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = new Thread(() => process.Live(arguments, environment, descriptors, watch, started), WatcherStackBytes)
        {
            IsBackground = true,
            Name = "sandbox child",
        };
        watcher.Start();
        await started.Task.ConfigureAwait(false);
        return process;
    }

    /// <summary>Ends it, its process group and its own children.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (!_reaped) ProcessTree.Kill(Id);
        }
    }

    private void Live(
        IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int[] descriptors, NetworkWatch? watch, TaskCompletionSource started)
    {
        using CallNotices? notices = watch is null ? null : CallNotices.OfThisThread(Filters.ForSeeing());
        int pid = 0;
        string? fault;
        try
        {
            int error = ChildProcess.Start(arguments, environment, descriptors, out pid);
            fault = error == 0 ? null : $"error {error} of the system; is it there, and executable?";
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or OutOfMemoryException)
        {
            fault = missing.Message;
        }
        finally
        {
            foreach (int descriptor in descriptors.Distinct().Where(descriptor => descriptor > 2)) _ = Libc.Close(descriptor);
        }

        if (fault is not null)
        {
            _reaped = true;
            started.SetException(new PeerComputeException(ErrorCode.Host, $"cannot start {arguments[0]}: {fault}"));
            return;
        }

        Id = pid;
        started.SetResult();
        if (notices is not null) watch!.Follow(notices, pid);
        ChildProcess.AwaitEnd(pid);
        int code;
        lock (_lock)
        {
            code = ChildProcess.Reap(pid);
            _reaped = true;
        }

        _end.SetResult(code);
    }
}
