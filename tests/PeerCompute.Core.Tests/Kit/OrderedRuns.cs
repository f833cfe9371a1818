// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;
using PeerCompute.Core.Runs;

namespace PeerCompute.Core.Tests.Kit;

/// <summary>Runs in progress on the workbench.</summary>
internal sealed class OrderedRuns
{
    private readonly Dictionary<RunKey, (StartRun Run, Queue<uint> Tasks)> _runs = [];

    public void Start(StartRun run)
    {
        Assert.That(_runs.ContainsKey(run.Run), Is.False, "a run of this name lives already");
        _runs[run.Run] = (run, new Queue<uint>(run.Tasks));
    }

    public void Stop(RunKey key) => _runs.Remove(key);

    public void Clear() => _runs.Clear();

    /// <summary>The task that runs.</summary>
    public bool TryPeek(RunKey key, out uint task)
    {
        task = 0;
        return _runs.TryGetValue(key, out var held) && held.Tasks.TryPeek(out task);
    }

    public bool TryNext(RunKey key, out StartRun run, out uint task)
    {
        (run, task) = (null!, 0);
        if (!_runs.TryGetValue(key, out var held)) return false;
        run = held.Run;
        task = held.Tasks.Dequeue();
        if (held.Tasks.Count == 0) _runs.Remove(key);
        return true;
    }
}
