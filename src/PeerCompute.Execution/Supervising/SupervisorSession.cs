// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Supervising;

/// <summary>One connection to the supervisor: about itself, or about one run. A run lives on when its connection ends.</summary>
/// <param name="socket">The connection.</param>
/// <param name="supervisor">Whose.</param>
internal sealed class SupervisorSession(Socket socket, Supervisor supervisor)
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private int _progressing;

    /// <summary>Serves until the other side closes, or breaks the format.</summary>
    public async Task ServeAsync(CancellationToken end)
    {
        HeldLease? lease = null;
        while (await Frames.ReceiveAsync(socket, end, LinkCodec.MostBytes).ConfigureAwait(false) is var (kind, message))
        {
            switch (kind)
            {
                case FrameKind.Meet:
                    await SayAsync(FrameKind.Met, LinkCodec.Encode(supervisor.Met)).ConfigureAwait(false);
                    break;
                case FrameKind.Start when lease is null:
                    lease = supervisor.Begin(LinkCodec.Decode<StartMessage>(message));
                    if (lease is null) await FaultAsync(new FaultMessage(ErrorCode.Internal, "a run of this key lives here already")).ConfigureAwait(false);
                    else _ = StartedAsync(lease);
                    break;
                case FrameKind.Claim when lease is null:
                    lease = supervisor.Find(Encoding.UTF8.GetString(message));
                    if (lease is null) await FaultAsync(new FaultMessage(ErrorCode.NotFound, "there is no such run here")).ConfigureAwait(false);
                    else _ = StartedAsync(lease);
                    break;
                case FrameKind.Task when lease is not null:
                    _ = ReportAsync(lease.Ask(LinkCodec.Decode<TaskSpec>(message)));
                    break;
                case FrameKind.Ease when lease is not null && LinkCodec.Decode<int>(message) is >= 0 and var milliseconds:
                    await lease.EaseAsync(TimeSpan.FromMilliseconds(milliseconds)).ConfigureAwait(false);
                    break;
                case FrameKind.End when lease is not null:
                    await supervisor.EndAsync(lease).ConfigureAwait(false);
                    await SayAsync(FrameKind.Ended, []).ConfigureAwait(false);
                    return;
                case FrameKind.Quit:
                    if (!supervisor.Quit()) await SayAsync(FrameKind.Ended, []).ConfigureAwait(false);
                    return;
                default:
                    return;
            }
        }
    }

    private async Task StartedAsync(HeldLease lease)
    {
        FaultMessage fault;
        try
        {
            await lease.Started.ConfigureAwait(false);
            await SayAsync(FrameKind.Live, []).ConfigureAwait(false);
            return;
        }
        catch (PeerComputeException refused)
        {
            fault = new FaultMessage(refused.Code, refused.Message);
        }
        catch (OperationCanceledException)
        {
            fault = new FaultMessage(ErrorCode.NotFound, "it was told to end while it started");
        }

        supervisor.Forget(lease);
        await FaultAsync(fault).ConfigureAwait(false);
    }

    private async Task ReportAsync(HeldTask task)
    {
        task.Progressed += Progressed;
        try
        {
            TaskReport report = await task.Report.ConfigureAwait(false);
            await SayAsync(FrameKind.Report, LinkCodec.Encode(report)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ErrorCode code = e is PeerComputeException known ? known.Code : ErrorCode.Host;
            await FaultAsync(new FaultMessage(code, e is OperationCanceledException ? "the task was told to end" : e.Message)).ConfigureAwait(false);
        }
        finally
        {
            task.Progressed -= Progressed;
        }
    }

    // A node that reads slowly hears of fuel less often.
    private void Progressed(TaskProgress progress)
    {
        if (Interlocked.Exchange(ref _progressing, 1) == 0) _ = ProgressAsync(progress);
    }

    private async Task ProgressAsync(TaskProgress progress)
    {
        await SayAsync(FrameKind.Progress, LinkCodec.Encode(progress)).ConfigureAwait(false);
        Volatile.Write(ref _progressing, 0);
    }

    private Task FaultAsync(FaultMessage fault) => SayAsync(FrameKind.Fault, LinkCodec.Encode(fault));

    private async Task SayAsync(FrameKind kind, byte[] message)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await Frames.SendAsync(socket, kind, message, CancellationToken.None, LinkCodec.MostBytes).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The node has gone; the next one asks again.
        }
        finally
        {
            _sending.Release();
        }
    }
}
