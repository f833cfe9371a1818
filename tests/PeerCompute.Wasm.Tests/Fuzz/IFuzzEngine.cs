// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>An engine of ours, perhaps with a fault put in.</summary>
internal interface IFuzzEngine
{
    /// <summary>Makes a case ready; what comes back runs it in a fresh instance at each call.</summary>
    Func<FuzzGrant, FuzzOutcome> Prepare(FuzzCase fuzz);
}
