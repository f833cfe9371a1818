// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Where bubblewrap cannot build namespaces, what the filter and the node promise holds all the same.</summary>
[TestFixture]
internal sealed class WithoutNamespacesTest() : EscapeFixture(Child.WasmSeccomp, asRoot: false, Host.WithoutNamespaces)
{
    private static IEnumerable<string> Every => Names(Child.WasmSeccomp);

    [Test]
    public void The_class_says_so() => Advertised("wasm-seccomp", grouped: true);

    [TestCaseSource(nameof(Every))]
    public void A_broken_out_engine_is_stopped(string attempt) => Look(attempt);
}
