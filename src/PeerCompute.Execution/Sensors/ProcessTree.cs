// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sensors;

/// <summary>The processes of a host at one moment, and which of them work for nodes.</summary>
/// <param name="all">All processes.</param>
/// <param name="isNode">Whether a process is one of a node: it and all below it work for the node.</param>
public sealed class ProcessTree(IReadOnlyList<HostProcess> all, Func<HostProcess, bool> isNode)
{
    private const int Deepest = 64;

    /// <summary>The processes that work for no node.</summary>
    public IReadOnlyList<HostProcess> Others()
    {
        // A process that begins during the look may stand there twice.
        Dictionary<int, HostProcess> known = all.DistinctBy(static process => process.Id).ToDictionary(static process => process.Id);
        HashSet<int> nodes = [.. known.Values.Where(isNode).Select(static process => process.Id)];
        return [.. known.Values.Where(process => !Line(process).Any(above => nodes.Contains(above.Id)))];

        IEnumerable<HostProcess> Line(HostProcess process)
        {
            HostProcess? at = process;
            for (int i = 0; i < Deepest && at is not null; i++)
            {
                yield return at;
                at = known.GetValueOrDefault(at.Parent);
            }
        }
    }
}
