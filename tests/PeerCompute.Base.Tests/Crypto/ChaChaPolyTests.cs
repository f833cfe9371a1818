// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

[TestFixture(true)]
[TestFixture(false)]
public sealed class ChaChaPolyTests(bool native)
{
    [SetUp]
    public void NeedsTheLibrary() => Assume.That(!native || ChaCha20Poly1305.IsSupported, "the system's library lacks ChaCha20-Poly1305");

    [Test]
    public void Rfc8439SealsAndOpens()
    {
        // Section 2.8.2.
        var key = Enumerable.Range(0x80, 32).Select(i => (byte)i).ToArray();
        var nonce = Vectors.Hex("070000004041424344454647");
        var associated = Vectors.Hex("50515253c0c1c2c3c4c5c6c7");
        var plaintext = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."u8.ToArray();
        using var cipher = new ChaChaPoly(key, native);
        var box = new byte[plaintext.Length + ChaChaPoly.TagLength];
        cipher.Encrypt(nonce, plaintext, box, associated);
        Assert.That(Convert.ToHexStringLower(box.AsSpan(0, 16)), Is.EqualTo("d31a8d34648e60db7b86afbc53ef7ec2"));
        Assert.That(Convert.ToHexStringLower(box.AsSpan(plaintext.Length)), Is.EqualTo("1ae10b594f09e26a7e902ecbd0600691"));
        var opened = new byte[plaintext.Length];
        Assert.That(cipher.Decrypt(nonce, box, opened, associated));
        Assert.That(opened, Is.EqualTo(plaintext));
    }

    [Test]
    public void WycheproofVectorsHold()
    {
        var count = 0;
        foreach (var group in Vectors.Load("wycheproof/chacha20_poly1305_test.json").GetProperty("testGroups").EnumerateArray())
        {
            if (group.GetProperty("ivSize").GetInt32() != 96) continue;
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                using var cipher = new ChaChaPoly(test.Hex("key"), native);
                var (plaintext, associated, nonce) = (test.Hex("msg"), test.Hex("aad"), test.Hex("iv"));
                byte[] box = [.. test.Hex("ct"), .. test.Hex("tag")];
                var opened = new byte[plaintext.Length];
                var valid = test.Text("result") == "valid";
                Assert.That(cipher.Decrypt(nonce, box, opened, associated), Is.EqualTo(valid), $"case {test.GetProperty("tcId")}");
                if (!valid) continue;
                var made = new byte[box.Length];
                cipher.Encrypt(nonce, plaintext, made, associated);
                Assert.That(made, Is.EqualTo(box), $"case {test.GetProperty("tcId")}");
                Assert.That(opened, Is.EqualTo(plaintext), $"case {test.GetProperty("tcId")}");
            }
        }

        Assert.That(count, Is.GreaterThan(200));
    }

    [Test]
    public void WorksInPlaceAtEveryLengthAndIsReusable()
    {
        var chance = new Secrets(new byte[32]);
        using var cipher = new ChaChaPoly(chance.Bytes(32), native);
        for (var length = 0; length < 200; length++)
        {
            var (nonce, plaintext) = (chance.Bytes(12), chance.Bytes(length));
            byte[] apart = new byte[length + 16], buffer = [.. plaintext, .. new byte[16]];
            cipher.Encrypt(nonce, plaintext, apart, []);
            cipher.Encrypt(nonce, buffer.AsSpan(0, length), buffer, []);
            Assert.That(buffer, Is.EqualTo(apart));
            Assert.That(cipher.Decrypt(nonce, buffer, buffer.AsSpan(0, length), []));
            Assert.That(buffer.AsSpan(0, length).SequenceEqual(plaintext));
        }
    }

    [Test]
    public void EveryChangeIsRefused()
    {
        var key = new byte[32];
        byte[] nonce = new byte[12], associated = [1, 2], plaintext = [3, 4, 5], opened = new byte[3], box = new byte[19];
        using var cipher = new ChaChaPoly(key, native);
        cipher.Encrypt(nonce, plaintext, box, associated);
        for (var i = 0; i < box.Length; i++)
        {
            box[i] ^= 1;
            Assert.That(cipher.Decrypt(nonce, box, opened, associated), Is.False);
            box[i] ^= 1;
        }

        using var other = new ChaChaPoly([1, .. new byte[31]], native);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cipher.Decrypt(nonce, box, opened, [1, 3]), Is.False);
            Assert.That(cipher.Decrypt([1, .. new byte[11]], box, opened, associated), Is.False);
            Assert.That(cipher.Decrypt(nonce, box.AsSpan(0, 15), [], associated), Is.False);
            Assert.That(other.Decrypt(nonce, box, opened, associated), Is.False);
            Assert.That(cipher.Decrypt(nonce, box, opened, associated));
        }
    }
}
