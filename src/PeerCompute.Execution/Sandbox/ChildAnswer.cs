// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Sandbox;

/// <summary>Starts a child that sends one frame by itself and ends: the probes.</summary>
internal static class ChildAnswer
{
    /// <summary>Starts the child and waits for its frame; the child is gone when this returns.</summary>
    /// <param name="plan">How it is started.</param>
    /// <param name="kind">The frame that it sends.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellation">Ends the wait; the child is killed.</param>
    /// <returns>The message; or null, and why there is none.</returns>
    public static async Task<(byte[]? Message, string Fault)> GetAsync(LaunchPlan plan, FrameKind kind, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            SandboxProcess child = await SandboxProcess.StartAsync(plan).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                (FrameKind Kind, byte[] Message)? frame = await Frames.ReceiveAsync(child.Control, limit.Token).ConfigureAwait(false);
                if (frame is { } answer && answer.Kind == kind) return (answer.Message, "");
                int code = await child.End.WaitAsync(limit.Token).ConfigureAwait(false);
                return (null, $"exit code {code}: {child.ErrorTail()}");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"no answer within {patience.TotalSeconds} s");
        }
        catch (Exception fault) when (fault is PeerComputeException or WireException or SocketException)
        {
            return (null, fault.Message);
        }
    }
}
