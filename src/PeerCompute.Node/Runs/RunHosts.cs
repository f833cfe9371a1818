// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Supervising;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Runs;

/// <summary>Where a node's children live.</summary>
internal static class RunHosts
{
    /// <summary>Takes over what an earlier process left running, or ends it where this one shall have no supervisor.</summary>
    public static async Task<IRunHost> OpenAsync(WasmExecutor executor, NodeHome home, NodeOptions options, CancellationToken cancel)
    {
        IRunHost runs = new DirectHost(executor);
        if (options.Outlive > TimeSpan.Zero)
        {
            var how = new SupervisorOptions { Folder = home.Supervisor, Outlive = options.Outlive, Command = options.SandboxCommand, Log = options.Log };
            try
            {
                var supervised = await SupervisedHost.OpenAsync(how, runs, cancel).ConfigureAwait(false);
                Sweep(supervised.UnclaimedFolders);
                return supervised;
            }
            catch (PeerComputeException e) when (e.Code == ErrorCode.Host)
            {
                options.Log($"running tasks end with this process: {e.Message}");
            }
        }
        else
        {
            await SupervisorEnd.EndAsync(home.Supervisor, cancel).ConfigureAwait(false);
        }

        Sweep([]);
        return runs;

        void Sweep(IReadOnlyCollection<string> running)
        {
            foreach (var left in home.SweepWork(running)) options.Log(left);
        }
    }
}
