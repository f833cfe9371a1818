// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Runs;

namespace PeerCompute.Sandbox.Tests;

/// <summary>A broken-out engine in the child of a WebAssembly job gets nowhere, whoever runs the node.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class WasmEscapeTest(bool asRoot) : EscapeFixture(AttemptsRunner.Wasm, asRoot)
{
    private static IEnumerable<string> Every => Names(attempt => attempt.Wasm);

    [TestCaseSource(nameof(Every))]
    public void A_broken_out_engine_is_stopped(string attempt) => Look(attempt);
}
