// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Runs;

namespace PeerCompute.Core.Issuing;

/// <summary>What is known of which outputs of a range are alike: equal ones are, others were compared, or not yet. In no journal: comparing again finds the
/// same.</summary>
internal sealed class Likeness
{
    private readonly OrderedMap<(uint Task, Hash32 Lower, Hash32 Higher), PairLikeness> _compared = new();

    /// <summary>The first difference that was found last, for people; empty while there is none.</summary>
    public string Difference { get; private set; } = "";

    /// <summary>Whether two outputs of a task are known to be alike.</summary>
    public bool AreAlike(uint task, Hash32 a, Hash32 b) => a == b || Find(task, a, b) == PairLikeness.Alike;

    /// <summary>Whether two outputs of a task are known to differ by more than is allowed.</summary>
    public bool Differ(uint task, Hash32 a, Hash32 b) => a != b && Find(task, a, b) == PairLikeness.Different;

    /// <summary>Whether nothing is left to find out about two outputs of a task.</summary>
    public bool IsKnown(uint task, Hash32 a, Hash32 b) => a == b || _compared.ContainsKey(Key(task, a, b));

    /// <summary>Takes what a comparison found.</summary>
    public void Take(PairFound found)
    {
        var task = found.Pair.Task;
        _compared[Key(task, found.Pair.A.Plain, found.Pair.B.Plain)] = found.Likeness;
        if (found.Words.Length > 0) Difference = $"task {task}: {found.Words}";
    }

    private PairLikeness Find(uint task, Hash32 a, Hash32 b)
        => _compared.TryGetValue(Key(task, a, b), out var likeness) ? likeness : PairLikeness.Unclear;

    private static (uint Task, Hash32 Lower, Hash32 Higher) Key(uint task, Hash32 a, Hash32 b) => a.CompareTo(b) < 0 ? (task, a, b) : (task, b, a);
}
