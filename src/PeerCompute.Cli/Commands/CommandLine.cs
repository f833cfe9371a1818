// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Commands;

/// <summary>The command line as a whole: verbs, global options, signals, errors and exit codes (docs/exit-codes.md).</summary>
internal static class CommandLine
{
    private const int Interrupted = 130;
    private const int Terminated = 143;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var leave = new CancellationTokenSource();
        var signal = 0;
        void Leave(PosixSignalContext context)
        {
            if (leave.IsCancellationRequested) return; // The second signal ends the process as if nobody handled it.
            context.Cancel = true;
            signal = context.Signal == PosixSignal.SIGINT ? Interrupted : Terminated;
            leave.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);

        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var terminal = new Terminal(args.Contains("--json"));
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            return terminal.Fail(ErrorCode.Usage, string.Join(' ', parsed.Errors.Select(e => e.Message)) + " See peercompute --help.");
        try
        {
            var ours = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(ours, leave.Token);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return signal;
        }
        catch (PeerComputeException e)
        {
            return terminal.Fail(e.Code, e.Message);
        }
        catch (Exception e)
        {
            var message = $"unexpected {e.GetType().Name}: {e.Message} This is a bug; please report it with the lines below.";
            return terminal.Fail(ErrorCode.Internal, message, e.ToString());
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("PeerCompute: lend and use computers between peers.")
        {
            Globals.Home,
            Globals.Json,
            InitVerb.Make(),
            DaemonVerb.Make(),
            IdVerb.Make(),
            PeersVerb.Make(),
            ConnectVerb.Make(),
            InviteVerb.Make(),
            JoinVerb.Make(),
            DevicesVerb.Make(),
            LendVerb.Make(),
            PauseVerb.Make(),
            DrainVerb.Make(),
            ImageVerbs.Make(),
            GpuVerbs.Make(),
            FindVerb.Make(),
            RunVerb.Make(),
            JobVerbs.Make(),
            WorkVerb.Make(),
            VerifyVerb.Make(),
            CompareVerb.Make(),
            SimVerb.Make(),
            DemoVerb.Make(),
            DoctorVerb.Make(),
        };
        return root;
    }
}
