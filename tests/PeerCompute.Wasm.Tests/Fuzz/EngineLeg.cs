// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>
/// Two engines of ours: everything must be the same, with plenty of fuel and frames, with any less fuel than is needed, with few frames and with few pages.
/// </summary>
internal sealed class EngineLeg(string name, IFuzzEngine first, IFuzzEngine second, int cuts = 6) : IFuzzLeg
{
    public string Name => name;

    public long Executions { get; private set; }

    public FuzzCase Generate(ulong seed) => new ModuleGenerator(seed, new FuzzOptions(seed % 2 == 0, false)).Generate();

    public IReadOnlyList<string?> Compare(IReadOnlyList<FuzzCase> cases) => [.. cases.Select(Compare)];

    private string? Compare(FuzzCase fuzz)
    {
        var chance = new Choices(fuzz.Seed);
        var (one, other) = (first.Prepare(fuzz), second.Prepare(fuzz));
        var grant = FuzzGrant.Of(fuzz);
        if (Compare(one, other, grant, out var used) is { } difference) return difference;
        for (var cut = 0; cut < cuts; cut++)
        {
            var fuel = cut % 3 == 2 ? used[^1] : Cut(chance, used);
            var units = cut % 3 == 1 ? grant.FrameUnits : 8 + chance.Below(chance.Below(2) == 0 ? 100 : 1000);
            var pages = 1 + chance.Below((int)ModuleGenerator.MaxPages);
            if (Compare(one, other, new FuzzGrant(fuel, units, pages), out _) is { } found) return found;
        }

        return null;
    }

    /// <summary>Less fuel than was used: any, or just not enough for what a call did last, which may be a trap.</summary>
    private static long Cut(Choices chance, List<long> used) => chance.Below(2) == 0
        ? (long)(chance.Next() % (ulong)(used[^1] + 1)) : Math.Max(0, used[chance.Below(used.Count)] - chance.Below(24));

    private string? Compare(Func<FuzzGrant, FuzzOutcome> one, Func<FuzzGrant, FuzzOutcome> other, FuzzGrant grant, out List<long> used)
    {
        var (expected, actual) = (one(grant), other(grant));
        Executions += expected.Calls.Count;
        used = expected.Fuel;
        return FuzzDifference.Between("first", expected.Everything, "second", actual.Everything) is { } text ? $"  with {grant}\n{text}" : null;
    }
}
