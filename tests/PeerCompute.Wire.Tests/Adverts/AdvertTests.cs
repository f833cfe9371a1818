// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Tests.Adverts;

internal sealed class AdvertTests
{
    [Test]
    public void Adverts_are_read_as_they_were_written([Range(1, 100)] int seed)
    {
        var make = new Samples((ulong)seed);
        var answer = make.Answer(make.Key(), make.Incarnation(), make.Number(0, 99), make.Number(1, 1UL << 45));
        var read = (AdvertAnswer)PeerMessage.Decode(Protocols.Advert, answer.Frame());
        Assert.That(Samples.Describe(read), Is.EqualTo(Samples.Describe(answer)));
        Assert.That(read.Profile!.Envelope.Verify(Domains.Signature) && read.Status.Envelope.Verify(Domains.Signature));
    }

    [Test]
    public void Every_flipped_byte_of_a_signed_advert_is_refused()
    {
        var make = new Samples(3);
        var owner = make.Key();
        var bytes = make.Answer(owner).Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var mask in new byte[] { 0x01, 0x80 })
            {
                var changed = (byte[])bytes.Clone();
                changed[i] ^= mask;
                Assert.That(IsRefused(changed, owner.PeerId), $"byte {i}");
            }
        }
    }

    [Test]
    public void A_signature_for_one_half_of_an_advert_is_none_for_the_other()
    {
        var make = new Samples(4);
        var owner = make.Key();
        var profile = make.Profile(make.Incarnation(), 0, 5);
        var wrong = SignedEnvelope.Seal(owner, Domains.Signature, Domains.Status, profile.Encode());
        Assert.That(() => SignedProfile.Decode(wrong.Bytes), Throws.TypeOf<WireException>().With.Property("Field").EqualTo("payload_type"));
        Assert.That(() => SignedStatus.Decode(wrong.Bytes), Throws.TypeOf<WireException>());
    }

    [Test]
    public void Two_halves_that_do_not_belong_together_are_refused()
    {
        var make = new Samples(5);
        var (a, b) = (make.Key(), make.Key());
        var (ours, other) = (make.Answer(a), make.Answer(b));
        Assert.That(() => AdvertAnswer.Decode((ours with { Status = other.Status }).Encode()), Throws.TypeOf<WireException>());
        var borrowed = SignedStatus.Sign(b, ours.Status.Status);
        Assert.That(() => AdvertAnswer.Decode((ours with { Status = borrowed }).Encode()), Throws.TypeOf<WireException>().With.Message.Contains("another"));
        Assert.That(() => AdvertAnswer.Decode(ReadOnlyMemory<byte>.Empty), Throws.TypeOf<WireException>().With.Property("Field").EqualTo("status"));
    }

    [Test]
    public void A_profile_with_a_context_of_another_network_is_refused()
    {
        var make = new Samples(6);
        var profile = make.Profile(make.Incarnation(), 0, 5) with { Network = NetworkId.Of(make.Bytes(NetworkId.Bytes)) };
        Assert.That(() => Profile.Decode(profile.Encode()), Throws.TypeOf<WireException>().With.Property("Field").EqualTo("header.context"));
    }

    [Test]
    public void A_profile_of_ten_cards_and_eight_addresses_fits_and_one_of_all_maxima_does_not()
    {
        var make = new Samples(7);
        var profile = make.Profile(make.Incarnation(), ulong.MaxValue, 1UL << 45);
        var card = new AdvertDevice(DeviceKind.Gpu, "NVIDIA Corporation", "NVIDIA GeForce RTX 4090 Laptop", 1UL << 34, 8, "570.211.01", "cuda 8.9");
        var address = Multiaddr.Parse("/ip6/2001:db8:1234:5678:9abc:def0:1234:5678/tcp/40001");
        var large = profile with
        {
            Capabilities = profile.Capabilities with { Devices = [.. Enumerable.Repeat(card, 10)], Addresses = [.. Enumerable.Repeat(address, 8)] },
        };
        Assert.That(Samples.Describe(Profile.Decode(large.Encode())), Is.EqualTo(Samples.Describe(large)));
        var longest = card with { Model = new string('x', WireLimits.LabelBytes), Vendor = new string('y', WireLimits.LabelBytes) };
        var most = large with { Capabilities = large.Capabilities with { Devices = [.. Enumerable.Repeat(longest, WireLimits.AdvertItems)] } };
        Assert.That(() => Profile.Decode(most.Encode()), Throws.TypeOf<WireException>().With.Message.Contains("limit 2048"));

        var fitting = Profile.Decode((most with { Capabilities = most.Capabilities.Fitting() }).Encode()).Capabilities;
        Assert.That((fitting.Addresses.Length, fitting.Devices.Length), Is.EqualTo((4, 9)));
        Assert.That(Samples.Describe(large.Capabilities.Fitting()), Is.EqualTo(Samples.Describe(large.Capabilities)));
    }

    [Test]
    public void Numbers_beyond_what_a_profile_can_say_are_said_as_its_limits()
    {
        var make = new Samples(8);
        var has = make.Capabilities() with { Limits = new TaskLimits(1UL << 40, ulong.MaxValue, 0, 0) };
        Assert.That(has.Fitting().Limits, Is.EqualTo(new TaskLimits(WireLimits.MemoryBytes, WireLimits.Fuel, 1, 1)));
    }

    [Test]
    public void A_query_without_a_hash_is_one_byte_long()
    {
        var frame = new AdvertQuery(default).Frame();
        Assert.That(frame, Is.EqualTo(new[] { (byte)MessageKind.AdvertQuery }));
        Assert.That(PeerMessage.Decode(Protocols.Advert, frame), Is.EqualTo(new AdvertQuery(default)));
        Assert.That(() => PeerMessage.Decode(Protocols.Offer, frame), Throws.TypeOf<WireException>());
        Assert.That(() => PeerMessage.Decode(Protocols.Advert, new byte[PeerMessage.MaxFrame(Protocols.Advert) + 1]), Throws.TypeOf<WireException>());
    }

    private static bool IsRefused(byte[] bytes, PeerId owner)
    {
        try
        {
            var read = AdvertAnswer.Decode(bytes);
            return read.Profile is null || !IsOf(read.Profile.Envelope) || !IsOf(read.Status.Envelope);
        }
        catch (WireException)
        {
            return true;
        }

        bool IsOf(SignedEnvelope envelope) => envelope.Signer == owner && envelope.Verify(Domains.Signature);
    }
}
