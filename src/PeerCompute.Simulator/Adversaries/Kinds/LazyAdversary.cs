// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Executors;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Runs nothing and hands in an empty output at once. It is the same empty output at every lazy node: who guesses what is cheapest agrees with all who do.
/// </summary>
internal sealed record LazyAdversary : Adversary
{
    public override string Kind => "lazy";

    public override string Act => "runs nothing, hands in an empty output at once";

    public override INodeMachine Dress(Part part) => new Machine(part);

    /// <summary>A task that nobody ran.</summary>
    /// <param name="start">The run that was to be.</param>
    /// <param name="task">The task.</param>
    /// <param name="output">What is said to have come out.</param>
    public static TaskRan Unrun(StartRun start, uint task, Hash32 output)
    {
        var blob = SimProgram.Blob(output, 1, StartRun.ContentKey(start.OutputKey.Span, task));
        return new TaskRan(start.Run, new TaskResult(task, output, blob, blob.Size, 1, 1, ""));
    }

    private sealed class Machine(Part part) : MachineWrapper(part.Honest())
    {
        private static readonly Hash32 Nothing = Hash32.Of(""u8);

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not StartRun { Run.Role: RunRole.Work } start) return effect;
            foreach (var task in start.Tasks) Later(TimeSpan.FromMilliseconds(1), () => HandIn(start, task));
            return null;
        }

        private void HandIn(StartRun start, uint task)
        {
            Tell(new TaskBegan(start.Run, task));
            Tell(part.Spoil(Unrun(start, task, Nothing), Nothing));
        }
    }
}
