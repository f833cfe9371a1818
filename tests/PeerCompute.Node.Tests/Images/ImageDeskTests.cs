// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Node.Tests.Images;

/// <summary>Which images are asked for and come, and what is said where they do not.</summary>
[TestFixture]
internal sealed class ImageDeskTests : ImageFixture
{
    [Test]
    public async Task An_allowed_image_comes_and_can_be_given_on()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        await Node.SeekAsync(Wanted);
        Assert.That(Posted, Is.Empty);
        var image = Here.Find(Wanted);
        Assert.That(image.Fetched);
        Assert.That(File.ReadAllBytes(Path.Combine(Here.RootOf(image), "noise")), Is.EqualTo(Noise()));
        Assert.That(Node.Store.Count, Is.Zero, "its blobs are not kept");
        Assert.That(Directory.GetFiles(Temp["coming"]), Is.Empty);
        var shares = new ImageShares(Here, TestContext.Progress.WriteLine, CancellationToken.None);
        shares.Hold(new HoldImage(Scope, Wanted, Serves: true));
        await shares.PrepareAsync(Wanted);
        var digest = Hash32.Parse(Wanted[7..]);
        Assert.That(shares.Answer(digest, HostPair.FarKey.PeerId).Encode(), Is.EqualTo(Given.Answer(digest, HostPair.NearKey.PeerId).Encode()));
        shares.Release(Scope);
        Assert.That(shares.Answer(digest, HostPair.FarKey.PeerId).Parts, Is.Empty);
    }

    [Test]
    public async Task A_refused_image_is_never_asked_for()
    {
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Policy);
        Here.Decide(policy => policy.AllowSigner(HostPair.FarKey.PeerId.ToString()).Refuse(Wanted));
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Policy);
        Here.Decide(policy => policy.Withdraw(Wanted).WithdrawSigner(HostPair.FarKey.PeerId.ToString()) with { Ask = true });
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Busy);
        Assert.That(Here.Pending().Single().Digest, Is.EqualTo(Wanted));
        Assert.That((Queries, Reads), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_offer_waits_for_the_owners_word_where_the_list_is_damaged_too()
    {
        Here.Decide(policy => policy with { Ask = true });
        File.WriteAllText(Temp[Path.Combine("here", "pending.json")], "{");
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Busy);
    }

    [Test]
    public async Task An_image_of_an_allowed_signer_comes_and_of_another_nothing_but_its_record()
    {
        Here.Decide(policy => policy.AllowSigner(HostPair.FarKey.PeerId.ToString()));
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Policy);
        There.Sign(There.Find(Wanted), SignedImage.Sign(HostPair.NearKey, Hash32.Parse(Wanted[7..]), 1));
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Policy);
        Assert.That((Queries, Reads), Is.EqualTo((2, 0)));
        There.Sign(There.Find(Wanted), SignedImage.Sign(HostPair.FarKey, Hash32.Parse(Wanted[7..]), 1));
        await Node.SeekAsync(Wanted);
        Assert.That(Posted, Is.Empty);
        Assert.That(Here.Policy().Judge(Here.Find(Wanted)), Is.EqualTo(ImageAnswer.Allowed));
    }

    [Test]
    public async Task A_question_that_gets_no_answer_is_asked_again_with_the_next_offer()
    {
        Here.Decide(policy => policy.AllowSigner(HostPair.FarKey.PeerId.ToString()));
        There.Sign(There.Find(Wanted), SignedImage.Sign(HostPair.FarKey, Hash32.Parse(Wanted[7..]), 1));
        Answering = static _ => throw new InvalidOperationException("the stream is reset");
        await Node.SeekAsync(Wanted);
        Here.Decide(policy => policy.Allow(Wanted));
        await Node.SeekAsync(Wanted);
        Assert.That((Queries, Posted.Count), Is.EqualTo((2, 0)), "nothing is said, as nothing is known");
        Answering = static parcel => parcel;
        await Node.SeekAsync(Wanted);
        Assert.That(Here.List().Single().Digest, Is.EqualTo(Wanted));
    }

    [Test]
    public async Task What_nobody_gives_or_has_no_room_here_is_said()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        Node.Dispose();
        Node = Begin(most: 1000);
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Limits);
        Assert.That(Here.List(), Is.Empty);
        Assert.That(Reads, Is.EqualTo(2), "manifest and configuration");
        Given.Release(Scope);
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Semantics);
    }

    [Test]
    public async Task An_image_that_gives_way_is_told_at_once()
    {
        var other = Import("other", "small"u8.ToArray()).Digest;
        Here.Decide(policy => policy.Allow(Wanted).Allow(other));
        Node.Dispose();
        Node = Begin(most: There.Find(Wanted).Bytes);
        await Node.SeekAsync(Wanted);
        Assert.That(Left, Is.Empty);
        Given.Hold(new HoldImage(Scope, other, Serves: true));
        await Given.PrepareAsync(other);
        await Node.SeekAsync(other);
        Assert.That((Left.Single(), Here.List().Single().Digest), Is.EqualTo((0, other)), "told after it went, before the other one came");
    }

    [Test]
    public async Task What_the_disk_refuses_is_said_and_ends_nothing_else()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        File.WriteAllText(Temp["coming"], "in the way of the folder");
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Limits);
        File.Delete(Temp["coming"]);
        Reading = (manifest, _) =>
        {
            if (manifest.Chunks.Length == 1) return true;
            var path = Temp[Path.Combine("coming", Wanted[7..])];
            if (File.Exists(path)) File.Delete(path);
            return Directory.CreateDirectory(path).Exists; // what cannot be deleted like a file
        };
        await Node.SeekAsync(Wanted);
        Assert.That((Posted.Count, Here.List().Single().Digest), Is.EqualTo((0, Wanted)));
    }
}
