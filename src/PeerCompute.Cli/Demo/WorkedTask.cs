// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Cli.Demo;

/// <summary>One task as one worker did it, by the signed entries of a receipt alone.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Task">The task's index.</param>
/// <param name="Worker">Who opened an output for it.</param>
/// <param name="Fuel">What it used, as that worker says.</param>
/// <param name="Rejected">Whether the verdict found another output.</param>
internal sealed record WorkedTask(string Job, uint Task, PeerId Worker, ulong Fuel, bool Rejected)
{
    /// <summary>Reads them out of a receipt.</summary>
    /// <param name="job">Name of the job.</param>
    /// <param name="receipt">A receipt that was checked.</param>
    /// <returns>In the order of the leases.</returns>
    public static IReadOnlyList<WorkedTask> Of(string job, Receipt receipt)
    {
        var worked = new List<WorkedTask>();
        foreach (var lease in receipt.Leases)
        {
            var rejected = Bodies<Verdict>(lease.IssuerChain).SelectMany(static v => v.Tasks)
                .Where(static t => t.Outcome == VerdictOutcome.Rejected).Select(static t => t.Task).ToHashSet();
            foreach (var leaf in Bodies<Opening>(lease.WorkerChain).SelectMany(static o => o.Leaves))
                worked.Add(new WorkedTask(job, leaf.Task, lease.Worker, leaf.Fuel, rejected.Contains(leaf.Task)));
        }

        return worked;
    }

    private static IEnumerable<T> Bodies<T>(IEnumerable<ReadOnlyMemory<byte>> chain) =>
        chain.Select(static bytes => KeptEntry.Decode(bytes).Entry.Body).OfType<T>();
}
