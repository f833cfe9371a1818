// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

[TestFixture]
internal sealed class ControlGroupTest
{
    [TestCase("memory", ExpectedResult = "/a:b/c")]
    [TestCase("cpuacct", ExpectedResult = "/d")]
    [TestCase("", ExpectedResult = "/user.slice")]
    [TestCase("pids", ExpectedResult = null)]
    public string? The_group_of_a_controller_is_found(string controller) =>
        ControlGroup.PathOf(["4:memory:/a:b/c", "2:cpu,cpuacct:/d", "0::/user.slice", "broken"], controller);
}
