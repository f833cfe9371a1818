// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Cli.Demo;

/// <summary>What was planted, by the plan, and what was found, by the receipts alone.</summary>
/// <param name="network">The nodes.</param>
/// <param name="jobs">The jobs, saved.</param>
/// <param name="plan">Who lies on what.</param>
internal sealed class DemoAccount(DemoNetwork network, DemoJobs jobs, DemoPlan plan)
{
    /// <summary>The worker that lies.</summary>
    public DemoNode Liar { get; } = network.Workers[plan.Liar];

    /// <summary>The lies that the plan makes of what the liar worked on.</summary>
    public IReadOnlyList<WorkedTask> Planted =>
        [.. jobs.All.SelectMany(static j => j.Worked).Where(w => w.Worker.ToString() == Liar.PeerId && plan.LiesOn(w.Task))];

    /// <summary>The outputs that verdicts of the receipts reject.</summary>
    public IReadOnlyList<WorkedTask> Found => [.. jobs.All.SelectMany(static j => j.Worked).Where(static w => w.Rejected)];

    /// <summary>Who gave them.</summary>
    public IReadOnlyList<string> Liars => [.. Found.Select(static w => w.Worker.ToString()).Distinct()];

    /// <summary>Fuel of the demo's own jobs, all replicas together.</summary>
    public long Fuel => Sum(jobs.Picture) + Sum(jobs.Sales);

    /// <summary>Everything that the demo promised and that did not come out; empty when it holds.</summary>
    /// <param name="checks">What was checked beside.</param>
    public IEnumerable<string> Broken(DemoChecks checks)
    {
        foreach (var job in jobs.All)
        {
            if (!job.Receipt.Ok) yield return $"the receipt of {job.Name} does not verify: {job.Receipt.Problems[0].Field}: {job.Receipt.Problems[0].Text}";
            if (job.MostFuel is { } most && (long)job.Receipt.TotalFuel > most)
                yield return string.Create(CultureInfo.InvariantCulture, $"{job.Name} took {job.Receipt.TotalFuel} units of fuel, promised are {most}");
            var twice = job.Worked.Where(static w => !w.Rejected).GroupBy(static w => w.Task).Count(static g => g.Count() == DemoJob.Replicas);
            if (twice != job.File.Tasks) yield return $"{job.Name}: {twice} of {job.File.Tasks} tasks have two equal outputs by its receipt";
        }

        if (jobs.Picture.MostFuel is not null && Fuel > DemoJobs.MostFuel)
            yield return string.Create(CultureInfo.InvariantCulture, $"all replicas took {Fuel} units of fuel, promised are {DemoJobs.MostFuel}");
        if (!Planted.SequenceEqual(Found)) yield return $"planted was {Words(Planted)}, found was {Words(Found)}";
        if (checks.Recomputed is { } again && again != checks.Receipted) yield return $"V8 gives task {checks.Tile} another hash, {again}";
        if (checks.SameAsAwk == false) yield return $"awk gives another table than {checks.TablePath}";
        if (checks.Flipped.Count == 0) yield return $"verify finds nothing wrong with {checks.FlippedPath}";
    }

    /// <summary>Tasks in words.</summary>
    public static string Words(IEnumerable<WorkedTask> tasks)
    {
        var words = string.Join("; ", tasks.GroupBy(static t => t.Job).Select(static g =>
            string.Create(CultureInfo.InvariantCulture, $"{g.Key} {string.Join(", ", g.Select(static t => t.Task))}")));
        return words.Length > 0 ? words : "nothing";
    }

    private static long Sum(DemoJob job) => job.Worked.Sum(static w => (long)w.Fuel);
}
