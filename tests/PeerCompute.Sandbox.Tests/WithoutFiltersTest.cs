// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Where the kernel has no filters, limits, control group and the node's own looks hold all the same.</summary>
[TestFixture]
internal sealed class WithoutFiltersTest() : EscapeFixture(Child.WasmProcess, asRoot: false, Host.WithoutFilters)
{
    private static IEnumerable<string> Every => Names(Child.WasmProcess);

    [Test]
    public void The_class_says_so() => Advertised("wasm-process", grouped: true);

    [TestCaseSource(nameof(Every))]
    public void A_broken_out_engine_is_stopped(string attempt) => Look(attempt);
}
