// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Dies at the worst moments: when a bid or an entry of its own has just become durable, before what waited for that leaves or right after. It is honest, and
/// keeps what it promised when it comes back.
/// </summary>
internal sealed record CrasherAdversary : Adversary
{
    /// <summary>At how many of its promises it dies, millionths.</summary>
    public int SharePpm { get; init; } = 200_000;

    /// <summary>How long it stays down, microseconds.</summary>
    public long DownMicros { get; init; } = 5 * ScenarioReader.Second;

    /// <summary>How often it dies at most.</summary>
    public int Most { get; init; } = 20;

    public override string Kind => "crasher";

    public override string Act => "dies when the journal has just taken what it promised, before it says so or right after";

    public override Adversary Read(YamlMap map) => this with
    {
        SharePpm = map.Share("share", SharePpm),
        DownMicros = map.Time("down", DownMicros, 1000, ScenarioReader.Day),
        Most = map.Count("most", Most, 1, 1_000_000),
    };

    public override INodeMachine Dress(Part part) => new Machine(part, this);

    private sealed class Machine(Part part, CrasherAdversary plan) : MachineWrapper(part.Honest())
    {
        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not Keep keep || Promise(keep.Entry) is not { } promise || part.Done >= plan.Most) return effect;
            var word = (uint)promise.Sequence;
            if (!part.Happens(plan.SharePpm, "crash", promise.Context, word)) return effect;
            if (part.Site.Doom(new CrashPlan(0, part.Happens(All / 2, "crash after", promise.Context, word), plan.DownMicros))) part.Did();
            return effect;
        }

        private (Base.Crypto.Hash32 Context, ulong Sequence)? Promise(JournalEntry entry) => entry switch
        {
            EntryKept { Kept: { } kept } when kept.Envelope.Signer == part.Site.Signer.PeerId => (kept.Entry.Header.Context, kept.Entry.Header.Sequence),
            BidMade bid => (bid.Bid.Hash, uint.MaxValue),
            _ => null,
        };
    }
}
