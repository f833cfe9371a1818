// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Steps;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>A program that is stopped between two steps and goes on elsewhere does not notice.</summary>
[TestFixtureSource(nameof(Programs))]
public sealed class RestoreTests(string program, WasmEngine engine)
{
    private static readonly object[] Programs =
        [.. StepJob.Names.SelectMany(name => Enum.GetValues<WasmEngine>().Select(engine => new object[] { name, engine }))];

    private readonly StepJob _job = StepJob.Named(program);
    private readonly List<StepState> _states = StepJob.Named(program).Run(engine);
    private readonly WasmEngine _other = engine == WasmEngine.Interpreter ? WasmEngine.Compiler : WasmEngine.Interpreter;

    [Test]
    public void TheProgramDoesWhatItShould()
    {
        var last = _states[^1];
        Assert.That((last.End, last.Code), Is.EqualTo((StepEnd.Done, 0)));
        Assert.That(_states, Has.Count.GreaterThan(15));
        Assert.That(_states.Select(state => state.Root).Distinct().Count(), Is.EqualTo(_states.Count), "every step changes the state");
        var (path, text) = program switch
        {
            "sieve" => ("progress.txt", "below 400000 there are 33860 primes\n"),
            "nbody" => ("seen.txt", "("),
            "files" => ("names.txt", ". .. a0 a14 a7 b1 b15 b8 "),
            _ => ("", ""),
        };
        if (path.Length > 0)
        {
            Assert.That(last.TryReadFile(path, out var bytes), Is.True);
            Assert.That(Encoding.UTF8.GetString(bytes), Does.Contain(text));
        }
    }

    [Test]
    public void RootsAreWhatTheDocumentSays()
    {
        foreach (var state in _states)
        {
            Assert.That(SlowRoot.Of(state.Encode()), Is.EqualTo(state.Root.ToString()), $"after step {state.Step}");
        }
    }

    [Test]
    public void ARunRepeatsItselfOnEitherEngine()
    {
        Assert.That(Roots(_job.Run(engine)), Is.EqualTo(Roots(_states)));
        Assert.That(Roots(_job.Run(_other)), Is.EqualTo(Roots(_states)));
    }

    [Test]
    public void FromEveryStepAFreshInstanceGoesOnToEqualRoots()
    {
        for (var i = 0; i < _states.Count; i++)
        {
            using var machine = _job.Restore(_states[i].Encode(), engine);
            var run = StepProgram.Finish(machine);
            Assert.That(run.Roots, Is.EqualTo(Roots(_states.Skip(i))), $"restored after step {i}");
        }
    }

    [Test]
    public void AnInstanceForEveryStepOnOneEngineAndTheOtherGivesEqualRoots()
    {
        var snapshot = _states[0].Encode();
        for (var i = 1; i < _states.Count; i++)
        {
            using var machine = _job.Restore(snapshot, i % 2 == 0 ? engine : _other);
            var state = machine.Step();
            Assert.That(state.Root, Is.EqualTo(_states[i].Root), $"step {i}");
            snapshot = state.Encode();
            Assert.That(snapshot, Is.EqualTo(_states[i].Encode()), $"step {i}");
        }
    }

    [Test]
    public void DeltasAddUpToTheWhole([Values(1, 5)] int stride)
    {
        var composed = StepState.Decode(_states[0].Encode(), _job.Terms);
        var deltas = 0L;
        for (var i = stride; i < _states.Count; i += stride)
        {
            var delta = _states[i].Encode(_states[i - stride]);
            deltas += delta.Length;
            composed = StepState.Decode(delta, _job.Terms, composed);
            Assert.That(composed.Root, Is.EqualTo(_states[i].Root), $"after step {i}");
            Assert.That(composed.Encode(), Is.EqualTo(_states[i].Encode()), $"after step {i}");
        }

        TestContext.Out.WriteLine($"whole {composed.Encode().Length} bytes, all deltas {deltas}");
    }

    [Test]
    public async Task AnotherProcessGoesOnToEqualRoots()
    {
        var file = Path.GetTempFileName();
        try
        {
            foreach (var i in new[] { 0, _states.Count / 2, _states.Count - 2 })
            {
                await File.WriteAllBytesAsync(file, _states[i].Encode());
                string[] arguments = [typeof(RestoreTests).Assembly.Location, Program.Finish, program, file, _other.ToString()];
                var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
                using var process = Process.Start(start)!;
                var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                await process.WaitForExitAsync();
                Assert.That(process.ExitCode, Is.Zero);
                Assert.That(lines, Is.EqualTo(_states.Skip(i).Select(state => state.Root.ToString())), $"restored after step {i}");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void EveryPageOfAStateIsProvenAndNoOther()
    {
        var state = _states[^3];
        foreach (var part in Enum.GetValues<StatePart>().Where(part => part != StatePart.Folder))
        {
            var image = state.Parts[(int)part];
            for (var page = 0; page <= PageTree.Count(image.Length); page += 1 + (PageTree.Count(image.Length) / 20))
            {
                Check(state.Prove(part, page), state);
            }
        }

        foreach (var entry in state.Manifest.Entries.Where(entry => entry.Kind != FolderEntryKind.Folder))
        {
            Check(state.ProveFile(entry.Path, 0), state);
        }
    }

    private static void Check(PageProof proof, StepState state)
    {
        Assert.That(proof.Verify(state.Root), Is.True);
        var page = proof.Page.ToArray();
        page[17] ^= 1;
        Assert.Multiple(() =>
        {
            Assert.That((proof with { Page = page }).Verify(state.Root), Is.False);
            Assert.That((proof with { Page = page.AsMemory(1) }).Verify(state.Root), Is.False);
            Assert.That((proof with { Length = proof.Length + 1 }).Verify(state.Root), Is.False);
            Assert.That((proof with { Index = -1 }).Verify(state.Root), Is.False);
            Assert.That((proof with { Part = (StatePart)(((int)proof.Part + 1) % 7) }).Verify(state.Root), Is.False);
            Assert.That((proof with { Part = (StatePart)7 }).Verify(state.Root), Is.False);
            Assert.That((proof with { PagePath = default }).Verify(state.Root), Is.False);
            Assert.That((proof with { PagePath = proof.PagePath.Add(default) }).Verify(state.Root), Is.False);
            Assert.That((proof with { PartPath = proof.PartPath.RemoveAt(0) }).Verify(state.Root), Is.False);
            Assert.That(proof.Verify(proof.PartPath[0]), Is.False);
        });
    }

    private static IEnumerable<Base.Crypto.Hash32> Roots(IEnumerable<StepState> states) => states.Select(state => state.Root);
}
