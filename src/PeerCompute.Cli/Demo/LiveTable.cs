// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Api.V1;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Demo;

/// <summary>Nodes and tasks as they stand, drawn over the last drawing; nothing where nobody watches.</summary>
/// <param name="terminal">Where to draw.</param>
/// <param name="network">The nodes.</param>
/// <param name="jobs">The jobs.</param>
internal sealed class LiveTable(Terminal terminal, DemoNetwork network, DemoJobs jobs)
{
    private const int Bar = 24;

    private int _drawn;

    /// <summary>Draws it anew.</summary>
    public void Draw()
    {
        if (!terminal.ShowsProgress) return;
        var width = Math.Max(20, Console.BufferWidth - 1);
        var lines = Lines().Select(line => line.Length <= width ? line : line[..width]).ToList();
        Console.Error.Write(Over(lines));
        _drawn = lines.Count;
    }

    /// <summary>Takes it away, so that a line can be said.</summary>
    public void Clear()
    {
        if (terminal.ShowsProgress) Console.Error.Write(Over([]));
        _drawn = 0;
    }

    /// <summary>The table's lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{"node",-18} {"pid",8} {"state",-18} {"runs",-16} {"opened",6} {"rejected",8}";
        foreach (var node in network.Nodes)
        {
            var pid = node.Pid.ToString(CultureInfo.InvariantCulture);
            yield return network.Workers.Contains(node) ? Worker(node.Role, pid, node.State, node.PeerId) : $"{node.Role,-18} {pid,8} {node.State}";
        }

        foreach (var peer in Joined()) yield return Worker(network.NameOf(peer), "", "joined", peer);
        foreach (var job in jobs.All) yield return Progress(job);
    }

    private IEnumerable<string> Joined() => Leases().Select(static l => l.Lease.Worker).Distinct()
        .Where(peer => network.Nodes.All(n => n.PeerId != peer)).Order(StringComparer.Ordinal);

    private IEnumerable<(DemoJob Job, LeaseView Lease)> Leases() => jobs.All.SelectMany(job => (job.View?.Leases ?? []).Select(lease => (job, lease)));

    private string Worker(string name, string pid, string state, string peer)
    {
        var leases = Leases().Where(l => l.Lease.Worker == peer).ToList();
        var runs = leases.Where(static l => l.Lease.State == LeaseState.Running).Select(static l => $"{l.Job.Name} {l.Lease.First}").FirstOrDefault("");
        var opened = leases.Count(static l => l.Lease.State is LeaseState.Confirming or LeaseState.Accepted);
        var rejected = leases.Sum(static l => l.Lease.Rejected);
        return string.Create(CultureInfo.InvariantCulture, $"{name,-18} {pid,8} {state,-18} {runs,-16} {opened,6} {rejected,8}");
    }

    private static string Progress(DemoJob job)
    {
        var full = (int)(job.Accepted * Bar / job.File.Tasks);
        var state = job.View is null ? "" : Views.Word(job.View.State);
        return string.Create(CultureInfo.InvariantCulture,
            $"{job.Name,-18} [{new string('#', full)}{new string('.', Bar - full)}] {job.Accepted} of {job.File.Tasks} accepted by two workers each, {state}");
    }

    private string Over(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        if (_drawn > 0) text.Append(CultureInfo.InvariantCulture, $"\u001b[{_drawn}F");
        text.Append("\u001b[J");
        foreach (var line in lines) text.Append(line).Append('\n');
        return text.ToString();
    }
}
