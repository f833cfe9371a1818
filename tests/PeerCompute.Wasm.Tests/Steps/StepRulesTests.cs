// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Steps;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>What docs/step-abi.md says of modules, terms and ends.</summary>
[TestFixture]
public sealed class StepRulesTests
{
    private const byte Const = 0x41;
    private const byte Call = 0x10;
    private const byte Unreachable = 0;

    private static readonly byte[] GoOn = [Const, 0];
    private static readonly byte[] Endless = [0x03, 0x40, 0x0C, 0, 0x0B, Unreachable];
    private static readonly byte[] NoTable = [0x70, 0, 0];
    private static readonly byte[] ExitSeven = [Const, 7, Call, StepBytes.Exit];

    private static readonly StepTerms Terms = new()
    {
        StepFuel = 10_000,
        FuelLimit = 1_000_000,
        MaxSteps = 50,
        MaxPages = 8,
        MaxFileBytes = 1_000,
        MaxEntries = 5,
    };

    private static readonly StepTerms[] OtherTerms =
    [
        Terms with { Args = ["other"] }, Terms with { Args = ["program", ""] }, Terms with { Env = ["A=B"] }, Terms with { Stdin = new byte[] { 0 } },
        Terms with { Seed = 1 }, Terms with { StartTime = 1 }, Terms with { StepFuel = 9_999 }, Terms with { FuelLimit = 999_999 },
        Terms with { MaxSteps = 49 }, Terms with { MaxPages = 7 },
        Terms with { MaxFrameUnits = 2_000 }, Terms with { MaxFileBytes = 999 }, Terms with { MaxEntries = 4 }, Terms with { MaxStreamBytes = 1 },
    ];

    private static IEnumerable<TestCaseData> Refused =>
    [
        new TestCaseData(StepBytes.Build(GoOn, exports: StepBytes.Exports("memory", "step")), "function init").SetName("no init"),
        new TestCaseData(StepBytes.Build(GoOn, exports: StepBytes.Exports("memory", "init")), "function step").SetName("no step"),
        new TestCaseData(StepBytes.Build(GoOn, exports: StepBytes.Exports("init", "step")), "memory").SetName("no memory"),
        new TestCaseData(StepBytes.Build([], stepType: 0), "result i32").SetName("step answers nothing"),
        new TestCaseData(StepBytes.Build(GoOn, exports: StepBytes.Exports("memory", "init", "step", "_start")), "command").SetName("a command"),
        new TestCaseData(StepBytes.Build(GoOn, tables: [1, 0x6F, 0, 1]), "table of externref").SetName("externref table"),
        new TestCaseData(StepBytes.Build(GoOn, globals: [1, 0x6F, 1, 0xD0, 0x6F, 0x0B]), "global of externref").SetName("externref global"),
        new TestCaseData(StepBytes.Build(GoOn, tables: [9, .. Enumerable.Repeat(NoTable, 9).SelectMany(t => t)]), "9 tables, at most 8").SetName("nine tables"),
    ];

    [TestCaseSource(nameof(Refused))]
    public void WhatIsNoStepProgramIsRefusedWithTheReason(byte[] module, string reason)
    {
        var refusal = Assert.Throws<WasmInvalidException>(() => StepMachine.Start(StepBytes.Parse(module), Terms, Terms.NewFolder()).Dispose())!;
        Assert.That(refusal.Fault, Is.EqualTo(WasmFault.Unlinkable));
        Assert.That(refusal.Message, Does.StartWith("no step program: ").And.Contains(reason));
    }

    [Test]
    public void TheLastStepGrantedMustBeTheLast()
    {
        var run = Run(StepBytes.Build(GoOn));
        Assert.That((run.Last.End, run.Last.Code, run.Last.Step), Is.EqualTo((StepEnd.OverLimit, (int)StepLimit.Steps, 50L)));
        Assert.That(run.Roots, Has.Count.EqualTo(51));
        ExpectNoInstance(run.Last);
    }

    [Test]
    public void AStepOverItsFuelEndsTheProgramAndHasUsedAllOfIt()
    {
        var run = Run(StepBytes.Build(Endless));
        var first = Run(StepBytes.Build(GoOn), Terms with { MaxSteps = 1 }).Last.FuelUsed;
        Assert.That((run.Last.End, (TrapKind)run.Last.Code, run.Last.Step), Is.EqualTo((StepEnd.Trapped, TrapKind.FuelExhausted, 1L)));
        Assert.That(run.Last.FuelUsed, Is.EqualTo(Terms.StepFuel + first - 1), "init is charged one unit less than init and a step that answers at once");
        ExpectNoInstance(run.Last);
    }

    [Test]
    public void TheStartIsAStepAsWell()
    {
        foreach (var start in new[] { false, true })
        {
            var last = Run(StepBytes.Build(GoOn, Endless, start: start)).Last;
            Assert.That((last.End, (TrapKind)last.Code, last.Step, last.FuelUsed), Is.EqualTo((StepEnd.Trapped, TrapKind.FuelExhausted, 0L, Terms.StepFuel)));
        }
    }

    [Test]
    public void TheWholeProgramHasAFuelLimitToo()
    {
        var last = Run(StepBytes.Build(Endless), Terms with { FuelLimit = 5_000 }).Last;
        Assert.That((last.End, (TrapKind)last.Code, last.FuelUsed), Is.EqualTo((StepEnd.Trapped, TrapKind.FuelExhausted, 5_000L)));
        var steps = Run(StepBytes.Build(GoOn), Terms with { FuelLimit = 20 });
        Assert.That((steps.Last.End, steps.Last.FuelUsed), Is.EqualTo((StepEnd.Trapped, 20L)));
    }

    [TestCase(2)]
    [TestCase(-1)]
    public void AnUnknownAnswerEndsTheProgram(int answer)
    {
        var last = Run(StepBytes.Build([Const, (byte)(answer & 0x7F)])).Last;
        Assert.That((last.End, last.Code), Is.EqualTo((StepEnd.BadAnswer, answer)));
        ExpectNoInstance(last);
    }

    [Test]
    public void AProgramMayExitAnywhere()
    {
        byte[][] modules = [StepBytes.Build([.. ExitSeven, .. GoOn]), StepBytes.Build(GoOn, ExitSeven), StepBytes.Build(GoOn, ExitSeven, start: true)];
        foreach (var bytes in modules)
        {
            var last = Run(bytes).Last;
            Assert.That((last.End, last.Code), Is.EqualTo((StepEnd.Exited, 7)));
            ExpectNoInstance(last);
        }
    }

    [Test]
    public void ATrapIsAnEndWithItsKind()
    {
        var last = Run(StepBytes.Build([Unreachable])).Last;
        Assert.That((last.End, (TrapKind)last.Code), Is.EqualTo((StepEnd.Trapped, TrapKind.Unreachable)));
        ExpectNoInstance(last);
        var large = Run(StepBytes.Build(GoOn, memory: [1, 0, 9])).Last;
        Assert.That((large.End, (TrapKind)large.Code, large.Step), Is.EqualTo((StepEnd.Trapped, TrapKind.MemoryLimitExceeded, 0L)));
    }

    [Test]
    public void TablesThatNoStateCanHoldEndTheProgram()
    {
        // Each call grows both tables by 9,000,000 null references, within what a table may have.
        byte[] grow = [0xD0, 0x70, Const, .. Signed(9_000_000), 0xFC, 15];
        var module = StepBytes.Build([.. grow, 0, 0x1A, .. grow, 1, 0x1A, .. GoOn], tables: [2, 0x70, 0, 0, 0x70, 0, 0]);
        var last = Run(module, Terms with { StepFuel = 50_000_000, FuelLimit = 100_000_000 }).Last;
        Assert.That((last.End, last.Code, last.Step), Is.EqualTo((StepEnd.OverLimit, (int)StepLimit.Tables, 1L)));
    }

    [Test]
    public void EveryTermIsInTheRoot()
    {
        var module = StepBytes.Parse(StepBytes.Build(GoOn));
        var roots = OtherTerms.Prepend(Terms).Select(terms => First(module, terms).Root).ToList();
        Assert.That(roots, Is.Unique);
        var other = StepBytes.Parse(StepBytes.Build([0x01, .. GoOn]));
        Assert.That(First(other, Terms).Root, Is.Not.EqualTo(roots[0]), "and so is the module");
    }

    [Test]
    public void AStateGoesOnUnderItsOwnTermsAndModuleOnly()
    {
        var module = StepBytes.Parse(StepBytes.Build(GoOn));
        var state = First(module, Terms);
        foreach (var terms in OtherTerms)
        {
            Assert.That(Assert.Throws<WireException>(() => StepMachine.Restore(module, terms, state).Dispose())!.Field, Is.EqualTo("control.terms"));
        }

        var other = StepBytes.Parse(StepBytes.Build([0x01, .. GoOn]));
        Assert.That(Assert.Throws<WireException>(() => StepMachine.Restore(other, Terms, state).Dispose())!.Field, Is.EqualTo("control.terms"));
        Assert.DoesNotThrow(() => StepMachine.Restore(module, Terms, state).Dispose());
    }

    [Test]
    public void AFolderOfOtherBoundsIsRefused()
    {
        var module = StepBytes.Parse(StepBytes.Build(GoOn));
        Assert.Throws<ArgumentException>(() => StepMachine.Start(module, Terms, (Terms with { MaxEntries = 6 }).NewFolder()).Dispose());
        Assert.Throws<ArgumentException>(() => StepMachine.Start(module, Terms, (Terms with { MaxFileBytes = 6 }).NewFolder()).Dispose());
    }

    [Test]
    public void AStateInWhichTheProgramEndedMovesAsWell()
    {
        byte[][] modules =
        [
            StepBytes.Build([Const, 1]), StepBytes.Build([Unreachable]), StepBytes.Build(GoOn, memory: [1, 0, 9]), StepBytes.Build([.. ExitSeven, .. GoOn]),
        ];
        foreach (var bytes in modules)
        {
            var last = Run(bytes).Last;
            using var machine = StepMachine.Restore(StepBytes.Parse(bytes), Terms, StepState.Decode(last.Encode(), Terms));
            Assert.That(machine.State.Root, Is.EqualTo(last.Root));
            Assert.That((machine.State.End, machine.State.Code), Is.EqualTo((last.End, last.Code)));
        }
    }

    [Test]
    public void ACancelledProgramLeavesNoState()
    {
        var cancellation = new WasmCancellation();
        cancellation.Cancel();
        var module = StepBytes.Parse(StepBytes.Build(Endless));
        var terms = Terms with { StepFuel = 50_000_000, FuelLimit = 50_000_000 };
        Assert.Throws<OperationCanceledException>(() => StepProgram.Run(module, terms, terms.NewFolder(), new StepHost { Cancellation = cancellation }));
    }

    [Test]
    public void AGibibyteOfZerosIsCheap()
    {
        // Memory of 16,384 pages; each step writes its last byte and one in the middle.
        byte[] step = [Const, .. Signed((1 << 30) - 1), Const, 1, 0x3A, 0, 0, Const, .. Signed(1 << 29), Const, 2, 0x3A, 0, 0, .. GoOn];
        var module = StepBytes.Parse(StepBytes.Build(step, memory: [1, 0, .. ModuleBytesOf(16_384)]));
        var terms = Terms with { MaxPages = 16_384, MaxSteps = 3 };
        using var machine = StepMachine.Start(module, terms, terms.NewFolder());
        var state = machine.Step();
        Assert.That(state.MemoryBytes, Is.EqualTo(1L << 30));
        var snapshot = state.Encode();
        Assert.That(snapshot, Has.Length.LessThan(10_000));
        using var moved = StepMachine.Restore(module, terms, StepState.Decode(snapshot, terms));
        Assert.That(moved.Step().Root, Is.EqualTo(machine.Step().Root));
    }

    private static byte[] ModuleBytesOf(int value) => Decode.ModuleBytes.Unsigned((ulong)value);

    private static byte[] Signed(int value)
    {
        var bytes = new List<byte>();
        for (; value is < -64 or > 63; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)(value & 0x7F));
        return [.. bytes];
    }

    private static StepState First(WasmModule module, StepTerms terms)
    {
        using var machine = StepMachine.Start(module, terms, terms.NewFolder());
        return machine.State;
    }

    private static StepRun Run(byte[] module, StepTerms? terms = null) =>
        StepProgram.Run(StepBytes.Parse(module), terms ?? Terms, (terms ?? Terms).NewFolder());

    private static void ExpectNoInstance(StepState state)
    {
        foreach (var part in new[] { StatePart.Memory, StatePart.Globals, StatePart.Tables, StatePart.Segments, StatePart.Descriptors })
        {
            Assert.That(state.Parts[(int)part].Length, Is.Zero, part.ToString());
        }
    }
}
