// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>A running child: its control socket, what it says on standard error, its end.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const int ErrorTailBytes = 8192;
    private const int MostFactBytes = 4096;
    private const int MostErrorBytes = 1 << 20; // a child that says more waits in vain for a reader, and the node does no work for it
    private static readonly TimeSpan PatienceForErrors = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly byte[] _errorTail = new byte[ErrorTailBytes];
    private readonly Socket _errors;
    private Task _errorReader = Task.CompletedTask;
    private readonly Spawned _child;
    private readonly SafeFileHandle? _facts;
    private int _errorTailLength;

    private SandboxProcess(Spawned child, int control, int errors, SafeFileHandle? facts)
    {
        (_child, _facts) = (child, facts);
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

        int[] fed = [.. plan.Fed.Select(file => ChildProcess.MemoryFile(file))];
        int[] descriptors = [control.Theirs, control.Theirs, errors.Theirs, .. fed];
        SafeFileHandle? facts = null;
        Spawned child;
        try
        {
            if (plan.HasFacts) facts = File.OpenHandle($"/proc/self/fd/{fed[1]}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            child = await Spawned.StartAsync(plan.Arguments, plan.Environment, descriptors).ConfigureAwait(false);
        }
        catch
        {
            foreach (int ours in (int[])[control.Ours, errors.Ours]) Libc.Close(ours);
            if (facts is null && plan.HasFacts) foreach (int theirs in descriptors.Distinct().Where(theirs => theirs > 2)) Libc.Close(theirs); // not handed on
            facts?.Dispose();
            throw;
        }

        var process = new SandboxProcess(child, control.Ours, errors.Ours, facts);
        process._errorReader = process.ReadErrorsAsync();
        return process;
    }

    /// <summary>The end of what the child and bubblewrap wrote to standard error, on one line.</summary>
    public string ErrorTail()
    {
        lock (_lock) return Printable.Line(Encoding.UTF8.GetString(_errorTail, 0, _errorTailLength).Trim().ReplaceLineEndings(" | "));
    }

    /// <summary>Takes hold of a folder of the private root of a child that has started.</summary>
    /// <param name="inside">Its path there.</param>
    /// <returns>The folder, for as long as it is held; null where the child has ended, or this host shows no way in.</returns>
    public HeldFolder? Hold(string inside)
    {
        if (_facts is null) return null;
        byte[] told = new byte[MostFactBytes];
        if (BubblewrapFacts.Hold(Encoding.ASCII.GetString(told, 0, RandomAccess.Read(_facts, told, 0)), Id) is not var (id, first)) return null;
        using OtherProcess held = first;
        HeldFolder? folder = HeldFolder.Open($"/proc/{id}/root{inside}");
        if (!held.HasEnded) return folder;
        folder?.Dispose(); // of whoever has its number now
        return null;
    }

    /// <summary>Ends the child and everything it started.</summary>
    public void Kill() => _child.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await End.ConfigureAwait(false);
        Control.Dispose();
        _facts?.Dispose();
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
            for (int heard = 0; heard < MostErrorBytes;)
            {
                int count = await _errors.ReceiveAsync(chunk).ConfigureAwait(false);
                if (count == 0) return;
                heard += count;
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
