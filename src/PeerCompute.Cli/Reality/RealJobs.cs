// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo;
using PeerCompute.Client.Jobs;
using PeerCompute.Simulator;
using PeerCompute.Simulator.Reality;

namespace PeerCompute.Cli.Reality;

/// <summary>The jobs of a run: handed in at their clients, and looked at.</summary>
internal sealed class RealJobs(RealPlaces places, IReadOnlyList<RealProcess> nodes, DemoFolder folder)
{
    private const ulong MemoryBytes = 64 << 20, OutputBytes = 1 << 20, Fuel = 1_000_000_000;
    private const ulong RetainMs = 3_600_000;

    /// <summary>How long a client that is down is waited for; as in the simulation.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<(int Client, Hash32 Id, JobView? View)> _jobs = [];

    /// <summary>Hands a job in, when its client is up.</summary>
    public async Task SubmitAsync(RealJob job, CancellationToken cancel)
    {
        var module = folder.In(job.Name + ".wasm");
        await File.WriteAllBytesAsync(module, RealModule.Make(job.ModuleBytes, job.OutputBytes, job.Number), cancel);
        while (true)
        {
            if (nodes[job.Client].Client is { } client)
            {
                try
                {
                    var submission = await JobUpload.UploadAsync(client, Describe(job, module), [], cancel);
                    var id = await client.SubmitAsync(submission, cancel);
                    lock (_gate) _jobs.Add((job.Client, id, null));
                    File.Delete(module);
                    return;
                }
                catch (PeerComputeException) when (!ReferenceEquals(nodes[job.Client].Client, client))
                {
                    // Killed meanwhile.
                }
            }

            await Task.Delay(Again, cancel);
        }
    }

    /// <summary>Looks at all jobs whose clients are up.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        for (var i = 0; i < Count; i++)
        {
            (int Client, Hash32 Id, JobView? View) job;
            lock (_gate) job = _jobs[i];
            if (Ended(job.View) || nodes[job.Client].Client is not { } client) continue;
            try
            {
                job.View = await client.ShowAsync(job.Id, cancel);
            }
            catch (PeerComputeException) when (!ReferenceEquals(nodes[job.Client].Client, client))
            {
                continue; // Killed meanwhile.
            }

            lock (_gate) _jobs[i] = job;
        }
    }

    /// <summary>Jobs handed in.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _jobs.Count;
        }
    }

    /// <summary>What is known of them, in the order of their submission.</summary>
    /// <param name="zeroMs">Wall clock of the run's beginning, Unix milliseconds.</param>
    public IReadOnlyList<JobRow> Rows(long zeroMs)
    {
        lock (_gate)
        {
            return [.. _jobs.Select(job => Row(job.Client, job.Id, job.View ?? new JobView { SubmittedMs = (ulong)zeroMs }, zeroMs))
                .OrderBy(static row => row.SubmittedMs).ThenBy(static row => row.JobId, StringComparer.Ordinal)];
        }
    }

    /// <summary>Whether a job is over.</summary>
    private static bool Ended(JobView? view) => view?.State is JobState.Accepted or JobState.Failed or JobState.Cancelled or JobState.Expired;

    private static JobRow Row(int client, Hash32 id, JobView view, long zeroMs)
    {
        var submitted = (long)view.SubmittedMs - zeroMs;
        return new JobRow(
            id.ToString(), client, view.State.ToString(), submitted, Ended(view) ? submitted + (long)view.ElapsedMs : -1,
            (int)(view.Counts?.Total ?? 0), (int)(view.Counts?.Accepted ?? 0), view.Leases.Count,
            view.Leases.Count(static lease => lease.State == LeaseState.Accepted), view.Price, view.Failure?.Cause ?? "");
    }

    private JobFile Describe(RealJob job, string module) => new()
    {
        Name = job.Name,
        Module = module,
        Args = job.Args,
        Env = [],
        Secrets = [],
        Inputs = [],
        Outputs = [],
        Tasks = job.Tasks,
        Limits = new JobLimits(MemoryBytes, Fuel, job.WallMs, OutputBytes),
        Placement = new JobPlacement([.. job.Workers.Select(places.Dialled)], 0, job.TasksPerLease, job.Parallel),
        Verification = job.Replicas == 0 ? new JobVerification("issuer", 0) : new JobVerification("replicas", job.Replicas),
        DeadlineMs = job.DeadlineMs,
        RetainMs = RetainMs,
        PriceCeiling = job.CeilingMicro,
    };
}
