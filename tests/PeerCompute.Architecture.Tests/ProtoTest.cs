// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace PeerCompute.Architecture.Tests;

/// <summary>What a peer message may be made of: one encoding, integers only, no unordered field.</summary>
[TestFixture]
internal sealed class ProtoTest
{
    private static readonly Regex Unordered = new(@"^\s*(repeated\s+|optional\s+)?(map\s*<|float\s|double\s)");

    [Test]
    public void Peer_messages_hold_no_map_and_no_floating_point()
    {
        var offending = Repository.FilesEndingIn(".proto")
            .Where(file => file.StartsWith("proto/peercompute/v1/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(Repository.FullPath(file)).Where(line => Unordered.IsMatch(line)).Select(line => $"{file}: {line.Trim()}"));
        Assert.That(offending, Is.Empty);
    }

    [TestCase("  map<string, bytes> labels = 1;", true)]
    [TestCase("  repeated double scores = 2;", true)]
    [TestCase("  uint64 price = 3; // float is refused", false)]
    public void The_check_of_fields_can_fail(string line, bool refused) => Assert.That(Unordered.IsMatch(line), Is.EqualTo(refused));
}
