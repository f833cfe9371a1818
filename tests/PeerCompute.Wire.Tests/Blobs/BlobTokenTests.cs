// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Tests.Blobs;

internal sealed class BlobTokenTests
{
    private readonly Samples _make = new(23);

    [Test]
    public void The_longest_token_fits()
    {
        var (issuer, holder) = (_make.Key(), _make.Peer());
        var context = BlobToken.ContextOf(_make.Hash(), _make.Hash(), BlobScope.Outputs, holder);
        var longest = new Header(new Incarnation(ulong.MaxValue, ulong.MaxValue), ulong.MaxValue, context, Rules.Hash, long.MaxValue);
        var token = SignedToken.Sign(issuer, new BlobToken(longest, _make.Hash(), _make.Hash(), BlobScope.Outputs, holder, long.MaxValue));
        Assert.That(token.Envelope.Payload.Length, Is.LessThanOrEqualTo(BlobToken.MaxBytes));
        var request = new BlobRequest(_make.Hash(), WireLimits.ChunksPerBlob, 0, true, new byte[SignedToken.MaxBytes]);
        Assert.That(request.Encode(), Has.Length.LessThanOrEqualTo(BlobRequest.MaxBytes));
    }

    [Test]
    public void A_token_is_good_under_its_signer_alone()
    {
        var (issuer, other) = (_make.Key(), _make.Key());
        var token = _make.Token(issuer, other.PeerId);
        Assert.That(SignedToken.Decode(token.Envelope.Bytes).IsGood());
        Assert.That(SignedToken.Decode(token.Envelope.Bytes).Token, Is.EqualTo(token.Token));
        var forged = SignedToken.Sign(other, token.Token).Envelope.Bytes.ToArray();
        issuer.PeerId.ToBytes().AsSpan()[^32..].CopyTo(forged.AsSpan(6));
        Assert.That(SignedToken.Decode(forged).Envelope.Signer, Is.EqualTo(issuer.PeerId));
        Assert.That(SignedToken.Decode(forged).IsGood(), Is.False);
    }

    [Test]
    public void Every_flipped_bit_is_refused_or_makes_the_signature_bad()
    {
        var good = _make.Token(_make.Key(), _make.Peer()).Envelope.Bytes.ToArray();
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bytes = (byte[])good.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.That(SignedToken.Decode(bytes).IsGood(), Is.False, $"bit {bit}");
            }
            catch (WireException e)
            {
                Assert.That(e.Field, Is.Not.Empty);
            }
        }
    }

    [Test]
    public void A_body_signed_as_something_else_is_no_token()
    {
        var key = _make.Key();
        var token = _make.Token(key, _make.Peer()).Token;
        var offer = SignedEnvelope.Seal(key, Domains.Signature, Domains.Offer, token.Encode());
        Assert.That(() => SignedToken.Decode(offer.Bytes), Throws.InstanceOf<WireException>().With.Message.Contains("blob token"));
    }

    [Test]
    public void A_header_of_other_blobs_or_other_rules_is_refused()
    {
        var token = _make.Token(_make.Key(), _make.Peer()).Token;
        BlobToken[] wrong =
        [
            token with { Scope = BlobScope.Inputs },
            token with { JobId = _make.Hash() },
            token with { LeaseId = _make.Hash() },
            token with { Holder = _make.Peer() },
            token with { Header = token.Header with { Rules = _make.Hash() } },
        ];
        foreach (var one in wrong) Assert.That(() => BlobToken.Decode(one.Encode()), Throws.InstanceOf<WireException>());
    }

    [Test]
    public void A_refusal_comes_alone()
    {
        var manifest = new BlobManifest(1, [_make.Hash()]);
        Assert.That(() => BlobAnswer.Decode(new BlobAnswer(manifest, BlobRefusal.Expired, []).Encode()), Throws.InstanceOf<WireException>());
        var contact = new Contact(_make.Peer(), []);
        Assert.That(() => BlobAnswer.Decode(new BlobAnswer(null, BlobRefusal.Expired, [contact]).Encode()), Throws.InstanceOf<WireException>());
        var crowd = Enumerable.Range(0, BlobAnswer.HoldersMost + 1).Select(_ => new Contact(_make.Peer(), []));
        Assert.That(() => BlobAnswer.Decode(new BlobAnswer(null, BlobRefusal.None, [.. crowd]).Encode()), Throws.InstanceOf<WireException>(), "too many");
        var unknown = new V1.BlobAnswer { Refusal = (V1.BlobAnswer.Types.Refusal)6 };
        Assert.That(() => BlobAnswer.Decode(unknown.ToByteArray()), Throws.InstanceOf<WireException>());
        var none = new V1.BlobAnswer { Manifest = new V1.BlobManifest() };
        Assert.That(() => BlobAnswer.Decode(none.ToByteArray()), Throws.InstanceOf<WireException>(), "a blob has at least one chunk");
    }
}
