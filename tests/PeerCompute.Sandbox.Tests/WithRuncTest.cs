// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Where bubblewrap is not installed, runc builds the walls of native programs, and a native program gets nowhere either.</summary>
[TestFixture]
internal sealed class WithRuncTest() : EscapeFixture(Child.Native, asRoot: false, Host.WithRunc)
{
    /// <summary>A call that is newer than the list of the library that makes runc's filter: what its class is lower for.</summary>
    private const string Newer = "list-mounts";

    private static IEnumerable<string> Every => Names(Child.Native).Where(static name => name != Newer);

    [Test]
    public void The_class_says_that_its_filter_is_weaker() => Advertised("native-degraded", grouped: true);

    [TestCaseSource(nameof(Every))]
    public void A_native_program_is_stopped(string attempt) => Look(attempt);
}
