// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>Who is served which blob.</summary>
[TestFixture]
internal sealed class BlobGateTests
{
    private static readonly KeyPair Issuer = Key(1);
    private static readonly KeyPair Worker = Key(2);
    private static readonly KeyPair Stranger = Key(3);
    private static readonly Hash32 Root = Hash32.Of("input"u8);
    private static readonly Hash32 Output = Hash32.Of("output"u8);
    private static readonly Hash32 Unknown = Hash32.Of("unknown"u8);

    private BlobGate _gate = null!;

    [SetUp]
    public void Make()
    {
        _gate = Tokens.Gate();
        _gate.Share(Tokens.Job, Issuer.PeerId, [Root]);
        _gate.Share(Tokens.Lease, Issuer.PeerId, [Output]);
    }

    [Test]
    public void The_holder_gets_what_its_token_is_for_and_nothing_else()
    {
        var inputs = Tokens.Inputs(Issuer, Worker.PeerId);
        Assert.That(Ask(Root, inputs, Worker), Is.EqualTo(BlobRefusal.None));
        Assert.That(Ask(Output, inputs, Worker), Is.EqualTo(BlobRefusal.NotServed), "an output is of another scope");
        var outputs = Tokens.Outputs(Issuer, Issuer.PeerId);
        Assert.That(Ask(Output, outputs, Issuer), Is.EqualTo(BlobRefusal.None));
        Assert.That(Ask(Root, outputs, Issuer), Is.EqualTo(BlobRefusal.NotServed));
    }

    [Test]
    public void Another_peer_another_job_another_issuer_and_a_late_one_are_refused()
    {
        var other = Hash32.Of("other job"u8);
        _gate.Share(other, Stranger.PeerId, [Unknown]);
        var good = Tokens.Inputs(Issuer, Worker.PeerId);
        Assert.That(Ask(Root, good, Stranger), Is.EqualTo(BlobRefusal.OtherHolder), "a token that was seen helps nobody");
        Assert.That(Ask(Root, Tokens.Inputs(Issuer, Worker.PeerId, other), Worker), Is.EqualTo(BlobRefusal.NotServed), "another job");
        Assert.That(Ask(Root, Tokens.Inputs(Stranger, Worker.PeerId), Worker), Is.EqualTo(BlobRefusal.NotServed), "signed by another");
        Assert.That(Ask(Root, Tokens.Inputs(Issuer, Worker.PeerId, null, Tokens.NowMs - 1), Worker), Is.EqualTo(BlobRefusal.Expired));
        Assert.That(_gate.Judge(new BlobRequest(Root, 0, 1, true, default), Worker.PeerId), Is.EqualTo(BlobRefusal.NoToken));
    }

    [Test]
    public void Known_and_unknown_roots_are_refused_alike()
    {
        SignedToken[] tokens =
        [
            Tokens.Inputs(Stranger, Stranger.PeerId),
            Tokens.Inputs(Issuer, Worker.PeerId),
            Tokens.Inputs(Stranger, Stranger.PeerId, Hash32.Of("no job"u8)),
            Tokens.Outputs(Stranger, Stranger.PeerId),
            Tokens.Inputs(Stranger, Stranger.PeerId, null, 1),
        ];
        foreach (var token in tokens)
        {
            var said = Ask(Root, token, Stranger);
            Assert.That(said, Is.Not.EqualTo(BlobRefusal.None));
            Assert.That(new[] { Output, Unknown }.Select(root => Ask(root, token, Stranger)), Is.All.EqualTo(said));
        }

        byte[][] garbage = [[1], new byte[SignedToken.MaxBytes], [.. Tokens.Inputs(Stranger, Stranger.PeerId).Envelope.Bytes.ToArray()[..^1], 1]];
        foreach (var bytes in garbage)
        {
            var said = new[] { Root, Unknown }.Select(root => _gate.Judge(new BlobRequest(root, 0, 1, true, bytes), Stranger.PeerId));
            Assert.That(said, Is.All.EqualTo(BlobRefusal.BadToken));
        }
    }

    [Test]
    public void Every_flipped_byte_of_a_token_is_refused()
    {
        var good = Tokens.Inputs(Issuer, Worker.PeerId).Envelope.Bytes.ToArray();
        for (var i = 0; i < good.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var bytes = (byte[])good.Clone();
                bytes[i] ^= (byte)(1 << bit);
                Assert.That(_gate.Judge(new BlobRequest(Root, 0, 1, true, bytes), Worker.PeerId), Is.EqualTo(BlobRefusal.BadToken), $"byte {i}, bit {bit}");
            }
        }
    }

    [Test]
    public void What_has_ended_is_served_no_more()
    {
        var token = Tokens.Inputs(Issuer, Worker.PeerId);
        Assert.That(Ask(Root, token, Worker), Is.EqualTo(BlobRefusal.None));
        _gate.Withhold(Tokens.Job);
        Assert.That(Ask(Root, token, Worker), Is.EqualTo(BlobRefusal.NotServed));
        Assert.That(_gate.Keeps(Root), Is.False);
    }

    [Test]
    public void A_blob_of_two_jobs_is_kept_until_both_have_ended()
    {
        var second = Hash32.Of("second"u8);
        _gate.Share(second, Issuer.PeerId, [Root, Root]);
        _gate.Withhold(Tokens.Job);
        Assert.That(_gate.Keeps(Root));
        _gate.Withhold(second);
        _gate.Withhold(second);
        Assert.That(_gate.Keeps(Root), Is.False);
    }

    [Test]
    public void A_public_blob_is_served_to_everybody()
    {
        _gate.Publish(Unknown);
        Assert.That(_gate.Judge(new BlobRequest(Unknown, 0, 1, true, default), Stranger.PeerId), Is.EqualTo(BlobRefusal.None));
        Assert.That(_gate.Judge(new BlobRequest(Root, 0, 1, true, default), Stranger.PeerId), Is.EqualTo(BlobRefusal.NoToken));
    }

    [Test]
    public void A_signature_is_checked_once_for_a_peer_and_what_is_remembered_is_bounded()
    {
        var token = Tokens.Inputs(Issuer, Worker.PeerId);
        for (var i = 0; i < 100; i++) Assert.That(Ask(Root, token, Worker), Is.EqualTo(BlobRefusal.None));
        Assert.That(_gate.Checks, Is.EqualTo(1));
        for (var i = 0; i < BlobGate.TokensPerPeer; i++) Ask(Root, Tokens.Inputs(Worker, Worker.PeerId, Hash32.Of([(byte)i])), Worker);
        Assert.That(Ask(Root, token, Worker), Is.EqualTo(BlobRefusal.None));
        Assert.That(_gate.Checks, Is.EqualTo(2 + BlobGate.TokensPerPeer), "the oldest was forgotten and is checked again");
        Assert.That(Ask(Root, token, Stranger), Is.EqualTo(BlobRefusal.OtherHolder));
    }

    private BlobRefusal Ask(Hash32 root, SignedToken token, KeyPair asker)
        => _gate.Judge(new BlobRequest(root, 0, 1, true, token.Envelope.Bytes), asker.PeerId);

    private static KeyPair Key(byte seed) => KeyPair.FromSeed([.. Enumerable.Repeat(seed, 32)]);
}
