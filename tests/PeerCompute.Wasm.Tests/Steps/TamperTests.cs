// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Steps;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>Whoever changes a snapshot is found out; whoever makes one up gets no further than a state of his own root.</summary>
[TestFixtureSource(typeof(StepJob), nameof(StepJob.Names))]
public sealed class TamperTests(string program)
{
    private const int Seed = 2611;

    private readonly StepJob _job = StepJob.Named(program);
    private readonly List<StepState> _states = StepJob.Named(program).Run();

    [Test]
    public void AnyByteThatIsChangedIsFoundOut()
    {
        var at = _states.Count / 2;
        Whole(_states[at].Encode(), null, 400);
        Whole(_states[at].Encode(_states[at - 1]), _states[at - 1], 400);

        void Whole(byte[] snapshot, StepState? since, int samples)
        {
            var random = new Random(Seed);
            var places = Enumerable.Range(0, Math.Min(300, snapshot.Length)).Concat(Enumerable.Range(0, samples).Select(_ => random.Next(snapshot.Length)));
            foreach (var place in places)
            {
                var changed = (byte[])snapshot.Clone();
                changed[place] ^= (byte)random.Next(1, 256);
                Assert.Throws<WireException>(() => StepState.Decode(changed, _job.Terms, since), $"byte {place} of {snapshot.Length}, seed {Seed}");
            }
        }
    }

    [Test]
    public void WhatIsCutSplicedOrMadeUpIsRefused()
    {
        var random = new Random(Seed);
        var since = _states[2];
        byte[][] good = [_states[3].Encode(since), _states[3].Encode(), _states[^1].Encode(since)];
        for (var i = 0; i < 1_500; i++)
        {
            var bytes = good[i % good.Length];
            var place = random.Next(bytes.Length);
            byte[] changed = random.Next(4) switch
            {
                0 => bytes[..place],
                1 => [.. bytes[..place], .. bytes[random.Next(bytes.Length)..]],
                2 => [.. bytes[..place], (byte)random.Next(256), .. bytes[place..]],
                _ => Scramble(bytes, random),
            };
            if (!changed.AsSpan().SequenceEqual(bytes))
            {
                Assert.Throws<WireException>(() => StepState.Decode(changed, _job.Terms, i % good.Length == 1 ? null : since), $"case {i}, seed {Seed}");
            }
        }
    }

    [Test]
    public void ADeltaFitsTheStateThatItWasTakenFromOnly()
    {
        var delta = _states[3].Encode(_states[2]);
        Assert.That(Field(() => StepState.Decode(delta, _job.Terms, _states[1])), Is.EqualTo("since"));
        Assert.That(Field(() => StepState.Decode(delta, _job.Terms)), Is.EqualTo("since"));
        Assert.That(Field(() => StepState.Decode(_states[3].Encode(), _job.Terms, _states[2])), Is.EqualTo("since"));
        Assert.That(StepState.Decode(delta, _job.Terms, _states[2]).Root, Is.EqualTo(_states[3].Root));
    }

    [Test]
    public void BoundsAreThoseOfTheTerms()
    {
        var snapshot = _states[^1].Encode();
        var expected = _states[^1].MemoryBytes > 65_536 ? "Memory.length" : "none";
        Assert.That(Field(() => StepState.Decode(snapshot, _job.Terms with { MaxPages = 1 })), Is.EqualTo(expected));
        if (_states[^1].Manifest.Entries.Length > 0)
        {
            Assert.That(Field(() => StepState.Decode(snapshot, _job.Terms with { MaxEntries = 0 })), Is.EqualTo("folder.count"));
            Assert.That(Field(() => StepState.Decode(snapshot, _job.Terms with { MaxFileBytes = 20 })), Is.EqualTo("folder.file.length"));
        }
    }

    /// <summary>A liar who computes the root of a made-up state: another root, and a restore that refuses it or runs it, but never breaks.</summary>
    [Test]
    public void AMadeUpStateHasAnotherRootAndBreaksNothing()
    {
        var random = new Random(Seed);
        var (refused, ran) = (0, 0);
        for (var i = 0; i < 300; i++)
        {
            var honest = _states[random.Next(_states.Count)];
            var forged = Forge(honest, random);
            Assert.That(forged.Root, Is.Not.EqualTo(honest.Root), $"case {i}, seed {Seed}");
            try
            {
                using var machine = _job.Restore(forged.Encode(), (WasmEngine)(i % 2));
                ran++;
                Assert.That(machine.State.Root, Is.EqualTo(forged.Root));
                if (machine.State.End == StepEnd.GoesOn)
                {
                    machine.Step();
                }
            }
            catch (WireException)
            {
                refused++;
            }
        }

        TestContext.Out.WriteLine($"{refused} refused, {ran} ran");
        Assert.That(refused, Is.GreaterThan(20));
        Assert.That(ran, Is.GreaterThan(20));
    }

    private static byte[] Scramble(byte[] bytes, Random random)
    {
        var changed = (byte[])bytes.Clone();
        random.NextBytes(changed.AsSpan(random.Next(changed.Length)));
        return changed;
    }

    private static StepState Forge(StepState honest, Random random)
    {
        var parts = (PagedBytes[])honest.Parts.Clone();
        var part = random.Next(StepState.ByteParts);
        while (parts[part].Length == 0)
        {
            part = random.Next(StepState.ByteParts);
        }

        parts[part] = Changed(parts[part], random);
        var control = honest.Control;
        if (part == (int)StatePart.Control)
        {
            try
            {
                control = StepControl.Decode(parts[part].ToArray());
            }
            catch (WireException)
            {
                return Forge(honest, random);
            }
        }

        return new StepState(control, parts, honest.Manifest, honest.Contents, honest.Nameless);
    }

    private static PagedBytes Changed(PagedBytes image, Random random)
    {
        var at = random.NextInt64(image.Length);
        var page = image.Pages.Page((int)(at / PageTree.PageBytes)).ToArray();
        page[at % PageTree.PageBytes] ^= (byte)(1 << random.Next(8));
        return new PagedBytes(image.Length, image.Pages.With((int)(at / PageTree.PageBytes), page));
    }

    private static string Field(Action decode)
    {
        try
        {
            decode();
            return "none";
        }
        catch (WireException refusal)
        {
            return refusal.Field;
        }
    }
}
