// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Supervising;

/// <summary>Starts a supervisor: in a session of its own, with none of this process's descriptors, so that nothing ties it to us.</summary>
internal static class SupervisorProcess
{
    private const int WatcherStackBytes = 128 << 10;
    private static readonly TimeSpan MostForStart = TimeSpan.FromSeconds(60);

    /// <summary>Not the supervisor's: it is no service of systemd's, and fault points are the node's.</summary>
    private static readonly string[] Withheld = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "PEERCOMPUTE_FAULT"];

    /// <summary>Starts one and waits until it listens.</summary>
    /// <exception cref="PeerComputeException">It does not start.</exception>
    public static async Task StartAsync(SupervisorFolder folder, SupervisorOptions options, CancellationToken cancellation)
    {
        SandboxCommand command = options.Command ?? SandboxCommand.ForThisProgram();
        string[] program = command.Runtime is null ? [command.Program] : [command.Runtime, "exec", command.Program];
        string outlive = ((long)options.Outlive.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        string[] arguments = [.. program, Supervisor.Verb, folder.Path, outlive];
        (int ours, int theirs) = ChildProcess.Pair() ?? throw Refused("this host gives no more descriptors; raise the limit of open files");
        using var ready = new Socket(new SafeSocketHandle(ours, ownsHandle: true));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MostForStart);
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Live(folder, arguments, theirs, started), WatcherStackBytes) { IsBackground = true, Name = "supervisor" }.Start();
        if (await started.Task.ConfigureAwait(false) is var error and not 0) throw Refused($"error {error} of the system starting {arguments[0]}");
        try
        {
            if (await ready.ReceiveAsync(new byte[1], limit.Token).ConfigureAwait(false) == 1) return;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Refused($"it says nothing for {MostForStart.TotalSeconds} s");
        }
        catch (SocketException)
        {
            // As if it had closed its end.
        }

        throw Refused($"it ended at once; {folder.Log} may say why");
    }

    private static PeerComputeException Refused(string why) => new(ErrorCode.Host, $"the supervisor of this node's children does not start: {why}");

    // This thread takes the supervisor's end from the kernel while we live; after us, the system does.
    private static void Live(SupervisorFolder folder, string[] arguments, int theirs, TaskCompletionSource<int> started)
    {
        int pid, error;
        try
        {
            using FileStream nothing = File.OpenRead("/dev/null");
            using var log = new FileStream(folder.Log, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            int[] descriptors = [(int)nothing.SafeFileHandle.DangerousGetHandle(), theirs, (int)log.SafeFileHandle.DangerousGetHandle()];
            error = ChildProcess.Start(arguments, Environment(), descriptors, out pid);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            started.SetException(Refused(fault.Message));
            return;
        }
        finally
        {
            _ = Libc.Close(theirs);
        }

        started.SetResult(error);
        if (error != 0) return;
        ChildProcess.AwaitEnd(pid);
        _ = ChildProcess.Reap(pid);
    }

    private static string[] Environment() =>
    [
        .. System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(at => !Withheld.Contains((string)at.Key))
            .Select(at => $"{at.Key}={at.Value}"),
    ];
}
