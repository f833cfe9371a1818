// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Where no control group can be made, limits of each process bound a native program.</summary>
[TestFixture]
internal sealed class WithoutGroupsTest() : EscapeFixture(Child.Native, asRoot: false, Host.WithoutGroups)
{
    private static IEnumerable<string> Every => Bounded(Child.Native);

    [Test]
    public void The_class_says_so() => Advertised("native-degraded", grouped: false);

    [TestCaseSource(nameof(Every))]
    public void A_native_program_is_stopped(string attempt) => Look(attempt);
}
