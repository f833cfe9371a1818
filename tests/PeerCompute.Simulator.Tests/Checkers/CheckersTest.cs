// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Tests.Checkers;

/// <summary>Each checker speaks up when a machine breaks its rule on purpose.</summary>
[TestFixture]
internal sealed class CheckersTest
{
    private const int Client = 1;

    [Test]
    public void Accepting_a_wrong_output_is_seen()
    {
        var broken = Broken(m => new Credulous(m), adversary: "liar");
        Assert.That(broken, Does.Contain("results"));
    }

    [Test]
    public void A_journal_that_does_not_give_the_state_back_is_seen()
    {
        var broken = Broken(m => new Forgetful(m), adversary: null);
        Assert.That(broken, Does.Contain("replay"));
    }

    [Test]
    public void An_exception_of_a_machine_is_seen()
    {
        var broken = Broken(m => new Clumsy(m), adversary: null);
        Assert.That(broken, Does.Contain("exceptions"));
    }

    [Test]
    public void Two_live_leases_of_one_task_and_two_words_in_one_life_are_seen()
    {
        var pair = Lab.Read("pair") with { Adversaries = [] };
        var experiment = new Experiment(pair, 1, site => site.Index == Client ? new Forger(SimulatorRun.Honest(site), site) : SimulatorRun.Honest(site));
        var rules = experiment.Run().Violations.Select(v => v.Rule).ToArray();
        Assert.That(rules, Does.Contain("live leases"));
        Assert.That(rules, Does.Contain("equivocation"));
    }

    [Test]
    public void A_verdict_that_no_equal_outputs_bear_out_is_seen()
    {
        var pair = Lab.Read("pair");
        var scenario = pair with
        {
            Nodes = [pair.Nodes[1], pair.Nodes[0] with { Count = 4 }],
            Jobs = pair.Jobs with { Workers = 4, Verification = Wire.Common.VerificationTerms.Of(2) },
        };
        INodeMachine Machine(MachineSite site) => site.Index == 0 ? new Wilful(SimulatorRun.Honest(site), site) : SimulatorRun.Honest(site);
        Assert.That(Lab.Run(scenario, 1).Violations, Is.Empty);
        var broken = new Experiment(scenario, 1, Machine).Run().Violations.Where(v => v.Rule == "results").Select(v => v.Text).ToArray();
        Assert.That(broken, Has.Some.Contains("judged by 0 equal outputs of 2"));
        Assert.That(broken, Has.Some.Contains("a wrong output was accepted"));
    }

    private static string[] Broken(Func<INodeMachine, INodeMachine> wrap, string? adversary)
    {
        var pair = Lab.Read("pair");
        if (adversary is not null) pair = pair with { Adversaries = [new Simulator.Scenarios.AdversaryPlan(AdversaryKinds.All[adversary], 1)] };
        INodeMachine Machine(MachineSite site) => site.Index == Client ? wrap(SimulatorRun.Honest(site)) : SimulatorRun.Honest(site);
        return [.. Enumerable.Range(1, 5).SelectMany(seed => new Experiment(pair, (ulong)seed, Machine).Run().Violations.Select(v => v.Rule))];
    }

    /// <summary>Re-executes nothing: what the worker says is what it finds.</summary>
    private sealed class Credulous(INodeMachine honest) : MachineWrapper(honest)
    {
        private readonly Dictionary<uint, Base.Crypto.Hash32> _said = [];

        protected override NodeEvent In(NodeEvent e)
        {
            if (e is EntriesCame came)
            {
                foreach (var item in came.Message.Items)
                {
                    foreach (var leaf in item.Entry.Body is Opening opening ? opening.Leaves : []) _said[leaf.Task] = leaf.OutputHash;
                }
            }

            return e is TaskRan { Run.Role: RunRole.Confirm } ran ? ran with { Result = ran.Result with { OutputHash = _said[ran.Result.Task] } } : e;
        }
    }

    /// <summary>Judges by outputs that nobody gave.</summary>
    private sealed class Wilful(INodeMachine honest, MachineSite site) : Aside(honest)
    {
        protected override NodeEffect Changed(NodeEffect effect)
        {
            if (effect is not Keep { Entry: EntryKept { Kept.Entry: { Body: Verdict verdict } entry } }) return effect;
            var made = verdict.Tasks.Select(t => t with { Recomputed = Base.Crypto.Hash32.Of("made up"u8) });
            return new Keep(new EntryKept(KeptEntry.Sign(site.Signer, entry with { Body = verdict with { Tasks = [.. made] } })));
        }
    }

    /// <summary>Does not keep its closes.</summary>
    private sealed class Forgetful(INodeMachine honest) : MachineWrapper(honest)
    {
        protected override NodeEffect? Out(NodeEffect effect) => effect is Keep { Entry: JobEnded } ? null : effect;
    }

    private sealed class Clumsy(INodeMachine honest) : MachineWrapper(honest)
    {
        protected override NodeEvent In(NodeEvent e) => e is BidCame ? throw new InvalidOperationException("on purpose") : e;
    }

    /// <summary>An honest machine whose effects are changed on their way out.</summary>
    private abstract class Aside(INodeMachine honest) : INodeMachine
    {
        public Base.Time.Instant NextWake => honest.NextWake;

        public void Restore(JournalEntry entry) => honest.Restore(entry);

        public void Handle(NodeEvent e, Base.Time.NodeTime now, List<NodeEffect> effects)
        {
            var from = effects.Count;
            honest.Handle(e, now, effects);
            for (var i = from; i < effects.Count; i++) effects[i] = Changed(effects[i]);
        }

        public IReadOnlyList<Core.Views.JobView> Jobs() => honest.Jobs();

        public Core.Views.JobView? Job(Base.Crypto.Hash32 jobId) => honest.Job(jobId);

        public IReadOnlyList<Core.Views.LeaseView> Work() => honest.Work();

        public Core.Views.MeshView Mesh() => honest.Mesh();

        public Core.Views.JobExplanation? Explain(Base.Crypto.Hash32 jobId) => honest.Explain(jobId);

        protected abstract NodeEffect Changed(NodeEffect effect);
    }

    /// <summary>Signs every award twice, the second time for another lease of the same tasks, and every reveal with two nonces.</summary>
    private sealed class Forger(INodeMachine honest, MachineSite site) : INodeMachine
    {
        public Base.Time.Instant NextWake => honest.NextWake;

        public void Restore(JournalEntry entry) => honest.Restore(entry);

        public void Handle(NodeEvent e, Base.Time.NodeTime now, List<NodeEffect> effects)
        {
            var from = effects.Count;
            honest.Handle(e, now, effects);
            foreach (var effect in effects[from..])
            {
                if (effect is Keep { Entry: EntryKept { Kept.Entry: { Body: Award award } entry } }) effects.Add(new Keep(new EntryKept(Other(entry, award))));
                if (effect is not Say { Message: EntriesMessage { Items: [{ Entry: { Body: Reveal } said }] } message } say) continue;
                var second = KeptEntry.Sign(site.Signer, said with { Body = new Reveal(default) });
                effects.Add(say with { Message = message with { Items = [second] } });
            }
        }

        public IReadOnlyList<Core.Views.JobView> Jobs() => honest.Jobs();

        public Core.Views.JobView? Job(Base.Crypto.Hash32 jobId) => honest.Job(jobId);

        public IReadOnlyList<Core.Views.LeaseView> Work() => honest.Work();

        public Core.Views.MeshView Mesh() => honest.Mesh();

        public Core.Views.JobExplanation? Explain(Base.Crypto.Hash32 jobId) => honest.Explain(jobId);

        private KeptEntry Other(Entry entry, Award award)
        {
            var id = Lease.IdOf(award.Lease.OfferId, award.Lease.BidHash, award.Lease.AwardNumber + 1000);
            var lease = award.Lease with { Id = id, AwardNumber = award.Lease.AwardNumber + 1000 };
            return KeptEntry.Sign(site.Signer, entry with { Header = entry.Header with { Context = id }, Body = award with { Lease = lease } });
        }
    }
}
