// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

[TestFixture]
internal sealed class NetworkWatchTest
{
    [TestCase("02 00 01 BB C0 00 02 07 00 00 00 00 00 00 00 00", ExpectedResult = "192.0.2.7:443")]
    [TestCase("02 00 00 35 7F 00 00 01 00 00 00 00 00 00 00 00", ExpectedResult = "DNS")]
    [TestCase("0A 00 1F 90 00 00 00 00 20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00", ExpectedResult = "[2001:db8::1]:8080")]
    [TestCase("02 00 01 BB 7F 00 00 01 00 00 00 00 00 00 00 00", ExpectedResult = null, Description = "the own host")]
    [TestCase("02 00 00 00 C0 00 02 07 00 00 00 00 00 00 00 00", ExpectedResult = null, Description = "a question for a route")]
    [TestCase("0A 00 1F 90 00 00 00 00 20 01 0D B8 00 00 00 00", ExpectedResult = null, Description = "cut short")]
    [TestCase("01 00 2F 6A 6F 62 2F 73 6F 63 6B 65 74 00 00 00", ExpectedResult = null, Description = "a local socket")]
    [TestCase("02", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    public string? A_destination_is_read(string address) => NetworkWatch.Destination(Convert.FromHexString(address.Replace(" ", "", StringComparison.Ordinal)));
}
