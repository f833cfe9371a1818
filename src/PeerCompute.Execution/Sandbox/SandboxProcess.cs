// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// A running child: its control socket, what it says on standard error, its end. One thread starts it and waits for it: the kernel ends
/// the child when the thread that started it ends, so that must not be a thread of the pool.
/// </summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const int ErrorTailBytes = 8192;
    private const int WatcherStackBytes = 256 << 10;
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly byte[] _errorTail = new byte[ErrorTailBytes];
    private readonly Socket _errors;
    private Task _errorReader = Task.CompletedTask;
    private int _errorTailLength;
    private bool _reaped;

    private SandboxProcess(int control, int errors)
    {
        Control = new Socket(new SafeSocketHandle(control, ownsHandle: true));
        _errors = new Socket(new SafeSocketHandle(errors, ownsHandle: true));
    }

    /// <summary>The socket whose other end is the child's standard input and output.</summary>
    public Socket Control { get; }

    /// <summary>The process that was started: the child, or bubblewrap around it.</summary>
    public int Id { get; private set; }

    /// <summary>Completes with the exit code, or 128 + the signal, when the child has ended.</summary>
    public Task<int> End => _end.Task;

    /// <summary>Starts a child.</summary>
    /// <exception cref="PeerComputeException">The host refuses: no descriptors, no memory, no such program.</exception>
    public static async Task<SandboxProcess> StartAsync(LaunchPlan plan)
    {
        (int Ours, int Theirs) control = Pair();
        (int Ours, int Theirs) errors;
        try
        {
            errors = Pair();
        }
        catch
        {
            Libc.Close(control.Ours);
            Libc.Close(control.Theirs);
            throw;
        }

        var process = new SandboxProcess(control.Ours, errors.Ours);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => process.Live(plan, control.Theirs, errors.Theirs, started), WatcherStackBytes) { IsBackground = true, Name = "sandbox child" }.Start();
        try
        {
            await started.Task.ConfigureAwait(false);
        }
        catch
        {
            process.Control.Dispose();
            process._errors.Dispose();
            throw;
        }

        process._errorReader = process.ReadErrorsAsync();
        return process;
    }

    /// <summary>The end of what the child and bubblewrap wrote to standard error, on one line.</summary>
    public string ErrorTail()
    {
        lock (_lock) return Encoding.UTF8.GetString(_errorTail, 0, _errorTailLength).Trim().ReplaceLineEndings(" | ");
    }

    /// <summary>Ends the child and everything it started.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (!_reaped) ChildProcess.KillGroup(Id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await _end.Task.ConfigureAwait(false);
        Control.Dispose();
        await _errorReader.ConfigureAwait(false);
        _errors.Dispose();
    }

    private static (int Ours, int Theirs) Pair() =>
        ChildProcess.Pair()
            ?? throw new PeerComputeException(ErrorCode.Host, "cannot start a sandbox: the host gives no more descriptors; raise the limit of open files");

    private void Live(LaunchPlan plan, int control, int errors, TaskCompletionSource started)
    {
        int filter = -1, pid = 0;
        string? fault;
        try
        {
            if (plan.Filter is not null) filter = ChildProcess.MemoryFile(plan.Filter);
            int[] descriptors = plan.Filter is null ? [control, control, errors] : [control, control, errors, filter];
            int error = ChildProcess.Start(plan.Arguments, plan.Environment, descriptors, out pid);
            fault = error == 0 ? null : $"error {error} of the system; is it there, and executable?";
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or OutOfMemoryException)
        {
            fault = missing.Message;
        }
        finally
        {
            Libc.Close(control);
            Libc.Close(errors);
            if (filter >= 0) Libc.Close(filter);
        }

        if (fault is not null)
        {
            _reaped = true;
            started.SetException(new PeerComputeException(ErrorCode.Host, $"cannot start {plan.Arguments[0]}: {fault}"));
            return;
        }

        Id = pid;
        started.SetResult();
        ChildProcess.AwaitEnd(pid);
        int code;
        lock (_lock)
        {
            code = ChildProcess.Reap(pid);
            _reaped = true;
        }

        _end.SetResult(code);
    }

    private async Task ReadErrorsAsync()
    {
        byte[] chunk = new byte[1024];
        try
        {
            while (true)
            {
                int count = await _errors.ReceiveAsync(chunk).ConfigureAwait(false);
                if (count == 0) return;
                lock (_lock) Keep(chunk.AsSpan(0, count));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The child is gone; what it said is kept.
        }
    }

    private void Keep(ReadOnlySpan<byte> said)
    {
        int surplus = _errorTailLength + said.Length - ErrorTailBytes;
        if (surplus > 0)
        {
            _errorTail.AsSpan(surplus, _errorTailLength - surplus).CopyTo(_errorTail);
            _errorTailLength -= surplus;
        }

        said.CopyTo(_errorTail.AsSpan(_errorTailLength));
        _errorTailLength += said.Length;
    }
}
