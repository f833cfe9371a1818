// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Core.Effects;
using PeerCompute.Node.Effects;

namespace PeerCompute.Node.Tests.Loops;

/// <summary>Effects that only leave a trace.</summary>
internal sealed class RecordedEffects : IEffects
{
    private readonly List<NodeEffect> _done = [];

    public Func<NodeEffect, CancellationToken, Task> OnEffect { get; set; } = static (_, _) => Task.CompletedTask;

    public NodeEffect[] Done
    {
        get { lock (_done) return [.. _done]; }
    }

    /// <summary>Texts of notes (free) and receipts (binding).</summary>
    public IEnumerable<string> Notes =>
        Done.Select(static effect => effect is Note note ? note.Text : Encoding.UTF8.GetString(((IssueReceipt)effect).Receipt.Span));

    public Task Run(NodeEffect effect, CancellationToken stop)
    {
        lock (_done) _done.Add(effect);
        return OnEffect(effect, stop);
    }
}
