// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Base.Tests.Crypto;

public sealed class SealedBoxTests
{
    private const string Label = "test/1/label";

    private static KeyPair Recipient => KeyPair.FromSeed(Enumerable.Repeat((byte)5, 32).ToArray());

    [Test]
    public void IsHpkeBaseModeOfRfc9180()
    {
        // Appendix A.2.1, sequence number 0: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
        var secret = Vectors.Hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        var recipient = Vectors.Hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
        var ephemeral = Vectors.Hex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
        var associated = Vectors.Hex("436f756e742d30");
        var plaintext = Vectors.Hex("4265617574792069732074727574682c20747275746820626561757479");
        var box = SealedBox.Seal(ephemeral, recipient, plaintext, "Ode on a Grecian Urn"u8, associated);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(X25519.PublicKey(secret), Is.EqualTo(recipient));
            Assert.That(box[0], Is.EqualTo(1));
            Assert.That(Convert.ToHexStringLower(box.AsSpan(1, 32)), Is.EqualTo("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"));
            Assert.That(
                Convert.ToHexStringLower(box.AsSpan(33)),
                Is.EqualTo("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"));
            Assert.That(SealedBox.Open(secret, box, "Ode on a Grecian Urn", associated), Is.EqualTo(plaintext));
        }
    }

    [Test]
    public void OpensForTheRecipientOnly([Values(0, 1, 100, 100_000)] int length)
    {
        var chance = new Secrets(new byte[32]);
        var plaintext = chance.Bytes(length);
        var box = SealedBox.Seal(chance, Recipient.SealingKey.Span, plaintext, Label, [9]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(box, Has.Length.EqualTo(length + SealedBox.Overhead));
            Assert.That(Recipient.Open(box, Label, [9]), Is.EqualTo(plaintext));
            Assert.That(KeyPair.FromSeed(new byte[32]).Open(box, Label, [9]), Is.Null);
            Assert.That(Recipient.Open(box, Label + "2", [9]), Is.Null);
            Assert.That(Recipient.Open(box, Label, [8]), Is.Null);
            Assert.That(SealedBox.Seal(chance, Recipient.SealingKey.Span, plaintext, Label, [9]), Is.Not.EqualTo(box), "a new ephemeral key each time");
        }
    }

    [Test]
    public void EveryFlippedByteAndEveryCutIsRefused()
    {
        var box = SealedBox.Seal(new Secrets(new byte[32]), Recipient.SealingKey.Span, "secret"u8, Label, []);
        for (var i = 0; i < box.Length; i++)
        {
            // The top bit of an X25519 key is ignored by the curve, but the key schedule binds the bytes.
            foreach (var mask in new byte[] { 1, 0x80 })
            {
                box[i] ^= mask;
                Assert.That(Recipient.Open(box, Label, []), Is.Null, $"byte {i}");
                box[i] ^= mask;
            }

            Assert.That(Recipient.Open(box.AsSpan(0, i), Label, []), Is.Null, $"cut at {i}");
        }

        Assert.That(Recipient.Open([.. box, 0], Label, []), Is.Null);
    }

    [Test]
    public void ASmallOrderRecipientIsRefused()
    {
        var chance = new Secrets(new byte[32]);
        Assert.That(() => SealedBox.Seal(chance, new byte[32], [1], Label, []), Throws.TypeOf<WireException>());
        Assert.That(() => SealedBox.Seal(chance, new byte[31], [1], Label, []), Throws.TypeOf<WireException>());
        Assert.That(Recipient.Open([1, .. new byte[48]], Label, []), Is.Null);
    }
}
