// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>The generator reaches what could be wrong: an engine with any one of these faults is found out within some modules.</summary>
[TestFixture]
public sealed class FaultTests
{
    private const int Modules = 1_000;

    private static readonly List<(FuzzCase Case, string Right)> Known = [];

    /// <summary>Each numeric instruction done as the next one of its type.</summary>
    private static IEnumerable<Fault> Swaps()
    {
        foreach (var family in Operator.All.GroupBy(o => new FuncType(o.Params, [o.Result]).Key()))
        {
            var operators = family.ToList();
            for (var i = 0; i < operators.Count && operators.Count > 1; i++)
            {
                var (wrong, right) = (operators[(i + 1) % operators.Count], operators[i]);
                yield return Case($"{Hex(right.Code)} done as {Hex(wrong.Code)}", right.Code, wrong.Code);
            }
        }
    }

    private static IEnumerable<Fault> Costs()
    {
        // Fuel: a nop is a unit.
        foreach (var op in Operator.All) yield return Case($"{Hex(op.Code)} costs a unit more", op.Code, [0x01, .. op.Code]);
        foreach (var op in MemoryOperator.Loads.Concat(MemoryOperator.Stores).SelectMany(g => g))
        {
            yield return Case($"{Hex([op.Code])} costs a unit more", [op.Code], [0x01, op.Code]);
        }

        byte[] others = [0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x1A, 0x1B, 0x1C, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3F, 0x40, 0xD0, 0xD1, 0xD2];
        foreach (var code in others)
        {
            yield return Case($"{Hex([code])} costs a unit more", [code], [0x01, code]);
        }

        for (byte sub = 8; sub < 18; sub++) yield return Case($"fc{sub:x2} costs a unit more", [0xFC, sub], [0x01, 0xFC, sub]);
    }

    /// <summary>Loads of another sign, and accesses of more bytes than there should be.</summary>
    private static IEnumerable<Fault> Accesses()
    {
        byte[][] pairs = [[0x2C, 0x2D], [0x2E, 0x2F], [0x30, 0x31], [0x32, 0x33], [0x34, 0x35], [0x35, 0x29], [0x2F, 0x28], [0x3E, 0x37], [0x3B, 0x36]];
        return pairs.Select(pair => Case($"{Hex(pair[..1])} done as {Hex(pair[1..])}", pair[..1], pair[1..]));
    }

    [Test]
    public void AnInstructionDoneWrongIsFound() => Find([.. Swaps(), .. Accesses()]);

    [Test]
    public void AUnitOfFuelTooManyIsFound() => Find(Costs());

    [Test]
    public void AFrameUnitTooManyIsFound() => Assert.That(Difference(grant => grant with { FrameUnits = grant.FrameUnits + 1 }), Is.Not.Null);

    [Test]
    public void APageTooManyIsFound() => Assert.That(Difference(grant => grant with { MaxPages = grant.MaxPages + 1 }), Is.Not.Null);

    [Test]
    public void AModuleIsShrunkToWhatDiffers()
    {
        var right = new FuzzEngine(WasmEngine.Interpreter);
        var fault = new Fault("i32.shl done as i32.rotl", 0x74, [0x77]);
        var leg = new EngineLeg("faulty", right, new FaultyEngine(right, fault.Apply), 0);
        var found = FuzzRun.First(leg, [.. Enumerable.Range(0, 200).Select(i => leg.Generate((ulong)i))])!;
        var shrunk = new Shrinker(leg, 3_000).Shrink(found);
        TestContext.Out.WriteLine(FuzzReport.Write(found, shrunk));
        Assert.That(leg.Compare([shrunk.Case])[0], Is.Not.Null);
        Assert.That(shrunk.Case.Calls, Has.Count.EqualTo(1));
        Assert.That(shrunk.Case.Module.Functions.Sum(f => f.All().Count()), Is.LessThan(80));
        Assert.That(shrunk.Case.Module.Functions.SelectMany(f => f.All()).Count(n => n.Opcode == 0x74), Is.EqualTo(1));
    }

    private static string? Difference(Func<FuzzGrant, FuzzGrant> grants)
    {
        var right = new FuzzEngine(WasmEngine.Interpreter);
        var leg = new EngineLeg("faulty", right, new FaultyEngine(right, fuzz => fuzz, grants));
        return Enumerable.Range(0, Modules).Select(i => leg.Compare([leg.Generate((ulong)i)])[0]).FirstOrDefault(text => text is not null);
    }

    private static void Find(IEnumerable<Fault> faults)
    {
        var found = faults.Select(fault => (fault.Name, Seed: FoundAt(fault))).ToList();
        TestContext.Out.WriteLine($"{found.Count} faults, the last one found at seed {found.Max(f => f.Seed)}");
        Assert.That(found.Where(f => f.Seed < 0).Select(f => f.Name), Is.Empty);
    }

    /// <summary>The first seed whose module shows the fault, or -1.</summary>
    private static int FoundAt(Fault fault)
    {
        var faulty = new FaultyEngine(new FuzzEngine(WasmEngine.Interpreter), fault.Apply);
        for (var seed = 0; seed < Modules; seed++)
        {
            var (fuzz, right) = Right(seed);
            if (faulty.Prepare(fuzz)(FuzzGrant.Of(fuzz)).Everything != right) return seed;
        }

        return -1;
    }

    /// <summary>What a module does without a fault; made once for all faults.</summary>
    private static (FuzzCase Case, string Right) Right(int seed)
    {
        while (Known.Count <= seed)
        {
            var fuzz = new ModuleGenerator((ulong)Known.Count, new FuzzOptions(Known.Count % 2 == 0, false)).Generate();
            Known.Add((fuzz, new FuzzEngine(WasmEngine.Interpreter).Prepare(fuzz)(FuzzGrant.Of(fuzz)).Everything));
        }

        return Known[seed];
    }

    private static Fault Case(string name, byte[] right, byte[] wrong) =>
        new(name, right[0] == 0xFC ? 0xFC00 | right[1] : right[0], wrong);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
