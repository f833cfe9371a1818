// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Google.Protobuf;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Invites;

namespace PeerCompute.Wire.Tests.Invites;

public class InviteTests
{
    private const ulong Expires = 1_800_000_000_000;

    private static readonly KeyPair Key = KeyPair.FromSeed([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]);

    private static readonly NetworkId Own = NetworkId.TryParse("mzxw6ytbojtg633c")!;

    [Test]
    public void A_line_says_again_what_was_signed([Values(1, 2, 3, 4)] int addresses)
    {
        var invite = Make(addresses);
        var line = invite.ToLine(Key);
        Assert.That(line, Does.Match("^pc1:[a-z2-7]+$"));
        foreach (var text in (string[])[line, line.ToUpperInvariant(), $"  {line}\n", string.Join("\n", line.Chunk(40).Select(static c => new string(c)))])
        {
            var read = Invite.FromLine(text);
            Assert.That((read.Network, read.Inviter, read.ExpiresMs), Is.EqualTo((invite.Network, invite.Inviter, invite.ExpiresMs)));
            Assert.That(read.Addresses, Is.EqualTo(invite.Addresses));
            Assert.That(read.Dialable.Select(static a => a.ToString()), Is.All.EndsWith($"/p2p/{Key.PeerId}"));
        }
    }

    [Test]
    public void Every_other_character_in_every_place_is_found_and_its_place_is_told()
    {
        var line = Make(2).ToLine(Key);
        for (var at = 0; at < line.Length; at++)
        {
            foreach (var c in "abcdefghijklmnopqrstuvwxyz234567018:-é".Where(c => c != line[at]))
            {
                var fault = Fault(line[..at] + c + line[(at + 1)..], out var message);
                if (at < 4) Assert.That(fault, Is.AnyOf(InviteFault.NotAnInvite, InviteFault.OtherVersion), $"{at} {c}");
                else Assert.That(fault, Is.EqualTo(InviteFault.Mistyped), $"{at} {c}");
                if (at >= 4) Assert.That(Places(message), Has.Some.EqualTo(at + 1).Or.Some.LessThan(at + 1).And.Some.GreaterThan(at + 1), message);
            }
        }
    }

    [Test]
    public void A_line_cut_at_any_place_is_cut_short()
    {
        var line = Make(2).ToLine(Key);
        for (var length = 1; length < line.Length; length++)
        {
            Assert.That(Fault(line[..length], out var message), Is.EqualTo(InviteFault.CutShort), message);
            if (length >= 20) Assert.That(message, Does.Contain($"{length} of {line.Length} characters"));
        }
    }

    [Test]
    public void Characters_that_are_missing_doubled_or_swapped_are_found()
    {
        var line = Make(2).ToLine(Key);
        for (var at = 4; at < line.Length - 1; at++)
        {
            InviteFault[] damaged = [InviteFault.Mistyped, InviteFault.CutShort, InviteFault.Malformed, InviteFault.NotAuthentic];
            Assert.That(damaged, Does.Contain(Fault(line.Remove(at, 1), out _)));
            Assert.That(damaged, Does.Contain(Fault(line.Insert(at, line[at..(at + 1)]), out _)));
            if (line[at] == line[at + 1]) continue;
            var swapped = line[..at] + line[at + 1] + line[at] + line[(at + 2)..];
            Assert.That(damaged, Does.Contain(Fault(swapped, out _)));
        }
    }

    [TestCase("", InviteFault.NotAnInvite)]
    [TestCase("hello", InviteFault.NotAnInvite)]
    [TestCase("/ip4/192.0.2.7/tcp/4001", InviteFault.NotAnInvite)]
    [TestCase("pc:abc", InviteFault.NotAnInvite)]
    [TestCase("pcx:abc", InviteFault.NotAnInvite)]
    [TestCase("pc2:abcdef", InviteFault.OtherVersion)]
    [TestCase("pc1:", InviteFault.CutShort)]
    public void What_is_no_line_is_named(string text, InviteFault fault) => Assert.That(Fault(text, out _), Is.EqualTo(fault));

    [Test]
    public void A_flood_is_no_line() => Assert.That(Fault("pc1:" + new string('a', 1 << 20), out _), Is.EqualTo(InviteFault.NotAnInvite));

    [Test]
    public void Bytes_that_are_no_envelope_are_malformed([Range(1, 40)] int seed)
        => Assert.That(Fault(InviteLine.Write(new Samples((ulong)seed).Bytes(seed * 12)), out _), Is.EqualTo(InviteFault.Malformed));

    [Test]
    public void An_invite_signed_by_another_is_not_authentic()
    {
        var envelope = SignedEnvelope.Seal(Key, Domains.Signature, Domains.Invite, Body(Make(1)).ToByteArray());
        var forged = envelope.Bytes.ToArray();
        forged[^1] ^= 1;
        Assert.That(Fault(InviteLine.Write(forged), out _), Is.EqualTo(InviteFault.NotAuthentic));
        var other = SignedEnvelope.Seal(Key, "other", Domains.Invite, envelope.Payload.Span);
        Assert.That(Fault(InviteLine.Write(other.Bytes.Span), out _), Is.EqualTo(InviteFault.NotAuthentic));
        var offer = SignedEnvelope.Seal(Key, Domains.Signature, Domains.Offer, envelope.Payload.Span);
        Assert.That(Fault(InviteLine.Write(offer.Bytes.Span), out _), Is.EqualTo(InviteFault.Malformed));
    }

    [Test]
    public void Fields_have_their_bounds()
    {
        Refused(static m => m.Network = "Elsewhere");
        Refused(static m => m.Network = "");
        Refused(static m => m.Addresses.Clear());
        Refused(static m => m.Addresses.Add(m.Addresses));
        Refused(static m => m.Addresses[0] = ByteString.CopyFrom(1, 2, 3));
        Refused(static m => m.Addresses[0] = ByteString.CopyFrom(Multiaddr.Parse("/dns/" + new string('a', 100) + "/tcp/1").Bytes.Span));
        Refused(static m => m.Addresses[0] = ByteString.CopyFrom(Multiaddr.Parse("/ip4/192.0.2.1/tcp/1").WithPeer(Key.PeerId).Bytes.Span));
        Refused(static m => m.ExpiresMs = 0);
        Refused(static m => m.ExpiresMs = Invite.LatestMs + 1);
    }

    [Test]
    public void An_invite_ends_at_its_time()
    {
        Assert.That(Make(1).IsOver(Expires), Is.False);
        Assert.That(Make(1).IsOver(Expires + 1), Is.True);
    }

    private static void Refused(Action<V1.Invite> change)
    {
        var body = Body(Make(3));
        change(body);
        var envelope = SignedEnvelope.Seal(Key, Domains.Signature, Domains.Invite, body.ToByteArray());
        Assert.That(Fault(InviteLine.Write(envelope.Bytes.Span), out var message), Is.EqualTo(InviteFault.Malformed), message);
    }

    private static Invite Make(int addresses) => new(
        Own, Key.PeerId, [.. Enumerable.Range(0, addresses).Select(static i => Multiaddr.FromTcp(IPAddress.Parse($"192.0.2.{i}"), 4001))], Expires);

    private static V1.Invite Body(Invite invite)
    {
        var body = new V1.Invite { Network = invite.Network.ToString(), ExpiresMs = invite.ExpiresMs };
        foreach (var address in invite.Addresses) body.Addresses.Add(ByteString.CopyFrom(address.Bytes.Span));
        return body;
    }

    private static IEnumerable<int> Places(string message) => message.Split(' ', ':').Where(static w => int.TryParse(w, out _)).Select(int.Parse);

    private static InviteFault Fault(string line, out string message)
    {
        var e = Assert.Throws<InviteException>(() => Invite.FromLine(line))!;
        message = e.Message;
        return e.Fault;
    }
}
