// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Supervising;

/// <summary>A run whose child is the supervisor's.</summary>
internal sealed class SupervisedRun : ILeaseRun
{
    private readonly SupervisedHost _host;
    private readonly Socket _socket;
    private readonly SemaphoreSlim _oneTask = new(1, 1);
    private Task<(FrameKind Kind, byte[] Message)?>? _next;
    private bool _disposed, _over;

    /// <summary>A run over a connection of its own.</summary>
    public SupervisedRun(SupervisedHost host, Socket socket, ProcessIdentity supervisor, string key, string folder)
    {
        (_host, _socket, Supervisor, Key, Folder) = (host, socket, supervisor, key, folder);
    }

    /// <summary>Whose it is.</summary>
    public ProcessIdentity Supervisor { get; }

    /// <summary>Its key.</summary>
    public string Key { get; }

    /// <summary>Everything of it lies there.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public async ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation)
    {
        await _oneTask.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (await SendAsync(FrameKind.Task, LinkCodec.Encode(task)).ConfigureAwait(false))
            {
                while (await NextAsync(cancellation).ConfigureAwait(false) is var (kind, message))
                {
                    switch (kind)
                    {
                        case FrameKind.Progress:
                            progress?.Report(LinkCodec.Decode<TaskProgress>(message));
                            break;
                        case FrameKind.Report:
                            return LinkCodec.Decode<TaskReport>(message);
                        case FrameKind.Ended:
                            _over = true; // who disposes of the run waits for this task
                            return Reports.HostFault(task, "the run was ended", 0, TimeSpan.Zero);
                        default:
                            FaultMessage fault = LinkCodec.Decode<FaultMessage>(message);
                            throw new PeerComputeException(fault.Code, fault.Text);
                    }
                }
            }

            return _host.HasLeft ? throw new OperationCanceledException() : Reports.HostFault(task, SupervisedHost.Gone, 0, TimeSpan.Zero);
        }
        catch (WireException broken)
        {
            return Reports.HostFault(task, broken.Message, 0, TimeSpan.Zero);
        }
        finally
        {
            _oneTask.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> EaseAsync(TimeSpan grace) =>
        await SendAsync(FrameKind.Ease, LinkCodec.Encode((int)grace.TotalMilliseconds)).ConfigureAwait(false);

    /// <summary>Waits until the child takes tasks.</summary>
    /// <returns>Null when it does; why it does not; or that the supervisor has gone.</returns>
    public async Task<FaultMessage?> LiveAsync(CancellationToken cancellation) => await NextAsync(cancellation).ConfigureAwait(false) switch
    {
        (FrameKind.Live, _) => null,
        (FrameKind.Fault, { } message) => LinkCodec.Decode<FaultMessage>(message),
        _ => _host.HasLeft ? throw new OperationCanceledException() : new FaultMessage(ErrorCode.Host, SupervisedHost.Gone),
    };

    /// <summary>Sends a frame.</summary>
    /// <returns>False when the supervisor, or this process's wish to keep it, has gone.</returns>
    public async Task<bool> SendAsync(FrameKind kind, byte[] message)
    {
        try
        {
            await Frames.SendAsync(_socket, kind, message, CancellationToken.None, LinkCodec.MostBytes).ConfigureAwait(false);
            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Lets the run go on without this process.</summary>
    public void Leave() => _socket.Dispose();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _host.Forget(this);
        if (!_host.HasLeft && !await EndAsync().ConfigureAwait(false) && !_host.HasLeft) await _host.EndLostAsync(this).ConfigureAwait(false);
        _socket.Dispose();
    }

    /// <summary>Tells the run to end.</summary>
    /// <returns>True when nothing of it is left; false when nobody said so.</returns>
    public async Task<bool> EndAsync()
    {
        if (!await SendAsync(FrameKind.End, []).ConfigureAwait(false)) return false;
        using var patience = new CancellationTokenSource(SupervisedHost.MostForEnd);
        bool alone = false;
        try
        {
            await _oneTask.WaitAsync(patience.Token).ConfigureAwait(false); // one reads at a time
            alone = true;
            while (!_over && await NextAsync(patience.Token).ConfigureAwait(false) is var (kind, _)) _over = kind == FrameKind.Ended;
        }
        catch (Exception mute) when (mute is OperationCanceledException or WireException)
        {
            // Nobody said so.
        }
        finally
        {
            if (alone) _oneTask.Release();
        }

        return _over;
    }

    // A wait that is given up leaves the frame for the next one: half a frame is never lost.
    private async Task<(FrameKind Kind, byte[] Message)?> NextAsync(CancellationToken cancellation)
    {
        _next ??= ReceiveAsync();
        (FrameKind, byte[])? frame = await _next.WaitAsync(cancellation).ConfigureAwait(false);
        _next = null;
        return frame;
    }

    private async Task<(FrameKind Kind, byte[] Message)?> ReceiveAsync()
    {
        try
        {
            return await Frames.ReceiveAsync(_socket, CancellationToken.None, LinkCodec.MostBytes).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }
}
