// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>An engine of ours and V8: results, traps, globals, tables and memory must be the same; fuel, frames and refused growth are ours alone.</summary>
internal sealed class V8Leg(string name, IFuzzEngine ours) : IFuzzLeg
{
    public string Name => name;

    public long Executions { get; private set; }

    public FuzzCase Generate(ulong seed) => new ModuleGenerator(seed, FuzzOptions.Foreign).Generate();

    public IReadOnlyList<string?> Compare(IReadOnlyList<FuzzCase> cases)
    {
        var expected = V8.Run(cases);
        Executions += expected.Sum(o => o.Calls.Count);
        var actual = cases.Select(fuzz => ours.Prepare(fuzz)(FuzzGrant.Plenty));
        return [.. actual.Zip(expected, (mine, theirs) => FuzzDifference.Between("V8", V8.Comparable(theirs), "ours", V8.Comparable(mine)))];
    }
}
