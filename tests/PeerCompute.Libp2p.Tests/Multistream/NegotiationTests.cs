// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Libp2p.Multistream;

namespace PeerCompute.Libp2p.Tests.Multistream;

internal sealed class NegotiationTests
{
    [TestCase(Negotiation.Header, "132f6d756c746973747265616d2f312e302e300a")]
    [TestCase("/noise", "072f6e6f6973650a")]
    [TestCase("na", "036e610a")]
    public void Tokens_are_the_bytes_of_other_implementations(string token, string hex) =>
        Assert.That(Convert.ToHexStringLower(Negotiation.Encode(token)), Is.EqualTo(hex));

    [Test]
    public void A_dialer_and_a_listener_agree_on_the_first_common_proposal()
    {
        var dialer = Negotiation.Dial("/c/1", "/b/1", "/a/1");
        var listener = Negotiation.Listen(p => p is "/a/1" or "/b/1");
        Talk(dialer, listener);
        Assert.Multiple(() =>
        {
            Assert.That(dialer.Protocol, Is.EqualTo("/b/1"));
            Assert.That(listener.Protocol, Is.EqualTo("/b/1"));
            Assert.That(dialer.Wanted, Is.Zero);
        });
    }

    [Test]
    public void Without_a_common_protocol_the_dialer_ends_with_none_and_the_listener_waits()
    {
        var dialer = Negotiation.Dial("/c/1");
        var listener = Negotiation.Listen(_ => false);
        Talk(dialer, listener);
        Assert.Multiple(() =>
        {
            Assert.That(dialer.IsDone);
            Assert.That(dialer.Protocol, Is.Null);
            Assert.That(listener.IsDone, Is.False);
        });
    }

    [Test]
    public void A_listener_takes_no_byte_behind_the_accepted_token()
    {
        byte[] flight = [.. Negotiation.Encode(Negotiation.Header), .. Negotiation.Encode("/echo/1"), .. "application"u8];
        var listener = Negotiation.Listen(p => p == "/echo/1");
        var rest = Feed(listener, flight);
        Assert.Multiple(() =>
        {
            Assert.That(listener.Protocol, Is.EqualTo("/echo/1"));
            Assert.That(Encoding.UTF8.GetString(rest), Is.EqualTo("application"));
        });
    }

    [Test]
    public void A_listener_gives_up_after_too_many_unknown_proposals()
    {
        var listener = Negotiation.Listen(_ => false);
        Feed(listener, Negotiation.Encode(Negotiation.Header));
        for (var i = 0; i < Negotiation.MostRefusals; i++) Feed(listener, Negotiation.Encode($"/p/{i}"));
        Assert.That(() => Feed(listener, Negotiation.Encode("/p/last")), Throws.TypeOf<WireException>());
    }

    [TestCase("8108", Description = "1025 bytes")]
    [TestCase("00", Description = "no newline")]
    [TestCase("ffffffffffffffffff7f", Description = "longer than 64 bits")]
    [TestCase("036e6161", Description = "no newline at the end")]
    [TestCase("062f6970667332", Description = "no multistream header")]
    public void Malformed_tokens_are_refused(string hex) =>
        Assert.That(() => Feed(Negotiation.Listen(_ => true), Convert.FromHexString(hex)), Throws.TypeOf<WireException>());

    [Test]
    public void A_dialer_refuses_an_answer_that_it_did_not_propose()
    {
        var dialer = Negotiation.Dial("/a/1", "/b/1");
        Feed(dialer, Negotiation.Encode(Negotiation.Header));
        Assert.That(() => Feed(dialer, Negotiation.Encode("/b/1")), Throws.TypeOf<WireException>());
    }

    private static void Talk(Negotiation a, Negotiation b)
    {
        for (var i = 0; i < 20; i++)
        {
            Feed(b, a.TakeOutput());
            Feed(a, b.TakeOutput());
        }
    }

    private static byte[] Feed(Negotiation machine, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && machine.Wanted > 0)
        {
            var take = Math.Min(machine.Wanted, bytes.Length);
            machine.Receive(bytes[..take]);
            bytes = bytes[take..];
        }

        return bytes.ToArray();
    }
}
