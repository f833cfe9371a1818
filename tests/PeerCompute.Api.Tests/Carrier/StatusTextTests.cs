// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.Carrier;

namespace PeerCompute.Api.Tests.Carrier;

/// <summary>Text forms of gRPC over HTTP/2.</summary>
public sealed class StatusTextTests
{
    [TestCase("")]
    [TestCase("plain words, 100% ASCII")]
    [TestCase("über\nzwei Zeilen %41 \u0000 ✓")]
    public void A_message_comes_back_as_it_was(string message)
    {
        var text = StatusText.Encode(message);
        Assert.That(text, Does.Match("^[ -~]*$"));
        Assert.That(StatusText.Decode(text), Is.EqualTo(message));
    }

    [Test]
    public void The_encoding_is_that_of_the_specification() => Assert.That(StatusText.Encode("a%b\né"), Is.EqualTo("a%25b%0A%C3%A9"));

    [Test]
    public void A_long_message_is_cut() => Assert.That(StatusText.Encode(new string('x', 100_000)), Has.Length.EqualTo(StatusText.MaxMessage));

    [TestCase("50%", "50%")]
    [TestCase("%zz", "%zz")]
    [TestCase("%4", "%4")]
    public void What_is_not_encoded_stays(string text, string message) => Assert.That(StatusText.Decode(text), Is.EqualTo(message));

    [TestCase(0, "1m")]
    [TestCase(2_500, "2500m")]
    [TestCase(99_999_999, "99999999m")]
    [TestCase(100_000_000, "100000S")]
    public void A_timeout_has_eight_digits_at_most(long ms, string text) =>
        Assert.That(StatusText.EncodeTimeout(TimeSpan.FromMilliseconds(ms)), Is.EqualTo(text));

    [TestCase("1H", 3_600_000_000)]
    [TestCase("2M", 120_000_000)]
    [TestCase("3S", 3_000_000)]
    [TestCase("4m", 4_000)]
    [TestCase("5u", 5)]
    [TestCase("6000n", 6)]
    public void Every_unit_is_read(string text, long micros)
    {
        Assert.That(StatusText.TryDecodeTimeout(text, out var left), Is.True);
        Assert.That(left, Is.EqualTo(TimeSpan.FromMicroseconds(micros)));
    }

    [TestCase("")]
    [TestCase("m")]
    [TestCase("1")]
    [TestCase("1x")]
    [TestCase("-1S")]
    [TestCase("1.5S")]
    [TestCase("999999999S")]
    public void What_is_not_a_timeout_is_refused(string text) => Assert.That(StatusText.TryDecodeTimeout(text, out _), Is.False);
}
