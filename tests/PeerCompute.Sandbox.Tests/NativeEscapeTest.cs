// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>A native program gets nowhere, whoever runs the node.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class NativeEscapeTest(bool asRoot) : EscapeFixture(Child.Native, asRoot, Host.Whole)
{
    private static IEnumerable<string> Every => Names(Child.Native);

    [Test]
    public void Every_wall_stands() => Advertised(AsRoot ? "native-degraded" : "native-strict", grouped: true);

    [TestCaseSource(nameof(Every))]
    public void A_native_program_is_stopped(string attempt) => Look(attempt);
}
