// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>A running child: its control socket, what it says on standard error, its end.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const int ErrorTailBytes = 8192;
    private static readonly TimeSpan PatienceForErrors = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly byte[] _errorTail = new byte[ErrorTailBytes];
    private readonly Socket _errors;
    private Task _errorReader = Task.CompletedTask;
    private readonly Spawned _child;
    private int _errorTailLength;

    private SandboxProcess(Spawned child, int control, int errors)
    {
        _child = child;
        Control = new Socket(new SafeSocketHandle(control, ownsHandle: true));
        _errors = new Socket(new SafeSocketHandle(errors, ownsHandle: true));
    }

    /// <summary>The socket whose other end is the child's standard input and output.</summary>
    public Socket Control { get; }

    /// <summary>The process that was started: the child, or bubblewrap around it.</summary>
    public int Id => _child.Id;

    /// <summary>Completes with the exit code, or 128 + the signal, when the child has ended.</summary>
    public Task<int> End => _child.End;

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

        int[] descriptors = [control.Theirs, control.Theirs, errors.Theirs, .. plan.Fed.Select(file => ChildProcess.MemoryFile(file))];
        Spawned child;
        try
        {
            child = await Spawned.StartAsync(plan.Arguments, plan.Environment, descriptors).ConfigureAwait(false);
        }
        catch
        {
            Libc.Close(control.Ours);
            Libc.Close(errors.Ours);
            throw;
        }

        var process = new SandboxProcess(child, control.Ours, errors.Ours);
        process._errorReader = process.ReadErrorsAsync();
        return process;
    }

    /// <summary>The end of what the child and bubblewrap wrote to standard error, on one line.</summary>
    public string ErrorTail()
    {
        lock (_lock) return Printable.Line(Encoding.UTF8.GetString(_errorTail, 0, _errorTailLength).Trim().ReplaceLineEndings(" | "));
    }

    /// <summary>Ends the child and everything it started.</summary>
    public void Kill() => _child.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await End.ConfigureAwait(false);
        Control.Dispose();
        await Task.WhenAny(_errorReader, Task.Delay(PatienceForErrors)).ConfigureAwait(false); // who outlives the child holds the other end
        _errors.Dispose();
        await _errorReader.ConfigureAwait(false);
    }

    private static (int Ours, int Theirs) Pair() =>
        ChildProcess.Pair()
            ?? throw new PeerComputeException(ErrorCode.Host, "cannot start a sandbox: the host gives no more descriptors; raise the limit of open files");

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
