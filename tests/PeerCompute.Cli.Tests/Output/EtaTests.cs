// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Tests.Output;

/// <summary>The rest of the time, in words.</summary>
public sealed class EtaTests
{
    [TestCase(30, 0.25, "0:01:30 left")]
    [TestCase(3600, 0.5, "1:00:00 left")]
    [TestCase(1, 0.00000001, "more than 99 days left")]
    [TestCase(5, 0, "")]
    [TestCase(5, 1, "")]
    public void What_is_left_follows_from_what_was_done(double seconds, double share, string words)
        => Assert.That(Eta.Words(TimeSpan.FromSeconds(seconds), share), Is.EqualTo(words));
}
