// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A comparison of two engines.</summary>
internal interface IFuzzLeg
{
    /// <summary>What it is called on the command line and in the file of seeds.</summary>
    string Name { get; }

    /// <summary>Calls that were run on both sides and compared.</summary>
    long Executions { get; }

    /// <summary>The case of a seed.</summary>
    FuzzCase Generate(ulong seed);

    /// <summary>For each case null, or how the two differ.</summary>
    IReadOnlyList<string?> Compare(IReadOnlyList<FuzzCase> cases);
}
