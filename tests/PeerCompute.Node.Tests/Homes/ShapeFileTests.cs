// SPDX-License-Identifier: Apache-2.0
using System.Net;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Tests.Homes;

[TestFixture]
internal sealed class ShapeFileTests
{
    private static readonly IPAddress Here = IPAddress.Parse("127.9.0.1"), There = IPAddress.Parse("127.9.0.2");
    private static readonly string Good = ShapeFile.Json(Here, 50_000_000, 20_000_000, 5_000, [(There, 70_000)]);

    private TempFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TempFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void What_was_written_is_read()
    {
        var shape = Read(Good);
        Assert.That((shape.From, shape.UpBits, shape.DownBits, shape.JitterMicros), Is.EqualTo((Here, 50_000_000L, 20_000_000L, 5_000L)));
        Assert.That(shape.Micros, Is.EqualTo(new[] { KeyValuePair.Create(There, 70_000L) }));
    }

    [TestCase("127.9.0.1", "192.0.2.1", "'192.0.2.1' is no address of 127.0.0.0/8")]
    [TestCase("127.9.0.2", "example.org", "'example.org' is no address of 127.0.0.0/8")]
    [TestCase("70000", "-1", "127.9.0.2 must be a whole number from 0 to 60000000")]
    [TestCase("50000000", "0", "up_bits must be a whole number from 1")]
    [TestCase("\"jitter_us\"", "\"jitter\"", "jitter_us is missing")]
    [TestCase("{", "[", "does not say how slow links are")]
    public void A_wrong_one_is_refused_with_what_is_wrong(string good, string bad, string message) => Assert.That(
        () => Read(Good.Replace(good, bad, StringComparison.Ordinal)), Throws.InstanceOf<PeerComputeException>().With.Message.Contains(message));

    [Test]
    public void One_that_is_not_there_is_refused()
        => Assert.That(() => ShapeFile.Read(_folder["none"]), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("none"));

    private Net.Shaping.LinkShape Read(string text)
    {
        File.WriteAllText(_folder["shape.json"], text);
        return ShapeFile.Read(_folder["shape.json"]);
    }
}
