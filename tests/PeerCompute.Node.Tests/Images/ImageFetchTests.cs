// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Node.Tests.Images;

/// <summary>What a holder of an image may do wrong, and what becomes of a fetch that broke off.</summary>
[TestFixture]
internal sealed class ImageFetchTests : ImageFixture
{
    [Test]
    public async Task A_lying_holder_is_found_out_at_its_first_chunk_and_not_asked_again()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        Reading = static (manifest, bytes) =>
        {
            if (manifest.Chunks.Length > 1) bytes[7] ^= 1; // the documents are good, the layer is not
            return true;
        };
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Semantics);
        Assert.That(Here.List(), Is.Empty);
        Assert.That(Node.Store.UsedBytes, Is.Zero);
        var read = Reads;
        Assert.That(read, Is.LessThan(Chunks), "the first wrong chunk is the last one");
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Semantics);
        Assert.That(Reads, Is.EqualTo(read));
    }

    [Test]
    public async Task What_came_before_a_kill_is_not_fetched_again()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        await BreakOffAsync();
        Node.Dispose();
        var landed = Landed();

        var again = 0;
        Reading = (manifest, _) => manifest.Chunks.Length == 1 || Interlocked.Increment(ref again) > 0;
        Node = Begin();
        await Node.SeekAsync(Wanted);
        Assert.That(Posted, Is.Empty);
        Assert.That(Here.List().Single().Digest, Is.EqualTo(Wanted));
        Assert.That(again, Is.LessThanOrEqualTo(Chunks + 1 - landed).And.GreaterThan(0));
    }

    [Test]
    public async Task What_broke_off_stays_only_as_long_as_nothing_else_wants_the_room()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        Node.Dispose();
        Node = Begin(room: BlobLayout.FileLength((Chunks + 8) * WireLimits.ChunkBytes));
        await BreakOffAsync();
        Assert.That(Landed(), Is.Positive);
        Clock.Pass(TimeSpan.FromHours(1)); // what was used a moment ago stays anyway
        using (var upload = new MemoryStream(Noise()))
            await Node.Store.PutAsync(upload, new byte[32], WireLimits.BlobBytes);
        Assert.That(Landed(), Is.Zero);
        Clock.Pass(TimeSpan.FromHours(1));
        Reading = static (_, _) => true;
        await Node.SeekAsync(Wanted);
        Assert.That(Here.List().Single().Digest, Is.EqualTo(Wanted));
    }

    [Test]
    public async Task What_nobody_went_on_with_for_a_day_is_forgotten()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        await BreakOffAsync();
        Clock.Pass(TimeSpan.FromDays(2));
        var other = Import("other", "small"u8.ToArray()).Digest;
        Given.Hold(new HoldImage(Scope, other, Serves: true));
        await Given.PrepareAsync(other);
        Here.Decide(policy => policy.Allow(other));
        await Node.SeekAsync(other);
        Assert.That(Here.List().Single().Digest, Is.EqualTo(other));
        Assert.That((Directory.GetFiles(Temp["coming"]), Node.Store.Count), Is.EqualTo((Array.Empty<string>(), 0)));
    }

    [Test]
    public async Task Who_names_other_bytes_for_a_layer_is_not_asked_for_an_hour()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        var layer = Given.Answer(Hash32.Parse(Wanted[7..]), HostPair.NearKey.PeerId).Parts[2];
        using var rubbish = new MemoryStream(new byte[layer.Size]);
        var blob = await Served.PutAsync(rubbish, BlobRef.PublicKey(layer.Digest), WireLimits.BlobBytes);
        Gate.Publish(blob.Root);
        Answering = parcel => parcel with { Parts = parcel.Parts.SetItem(2, layer with { Pieces = [layer.Pieces[0] with { Root = blob.Root }] }) };
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Semantics);
        Assert.That((Here.List().Count, Node.Store.UsedBytes), Is.EqualTo((0, 0)));
        Answering = static parcel => parcel;
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Semantics);
        Assert.That(Queries, Is.EqualTo(1));
        Clock.Pass(Liars.Remembered);
        await Node.SeekAsync(Wanted);
        Assert.That((Queries, Posted.Count, Here.List().Single().Digest), Is.EqualTo((2, 0, Wanted)));
    }

    [Test]
    public async Task Who_is_too_slow_is_left_and_asked_again_an_hour_later()
    {
        Here.Decide(policy => policy.Allow(Wanted));
        using var stop = new CancellationTokenSource();
        var seeking = await HalfAsync(stop);
        Clock.Pass(TimeSpan.FromMinutes(11));
        await seeking.WaitAsync(Patience);
        await stop.CancelAsync();
        Assert.That(Posted, Is.Empty);
        Reading = static (_, _) => true;
        await Node.SeekAsync(Wanted);
        Denied(DeclineReason.Busy);
        Clock.Pass(Liars.Remembered);
        await Node.SeekAsync(Wanted);
        Assert.That(Here.List().Single().Digest, Is.EqualTo(Wanted));
    }

    /// <summary>Seeks the image; when this ends, half of it is here and the rest does not come before the stop.</summary>
    private async Task<Task> HalfAsync(CancellationTokenSource stop)
    {
        var half = 0;
        Reading = (manifest, _) =>
        {
            if (manifest.Chunks.Length == 1 || Interlocked.Increment(ref half) <= Chunks / 2) return true;
            return stop.Token.WaitHandle.WaitOne(Patience) && false;
        };
        var seeking = Node.SeekAsync(Wanted, stop.Token);
        await UntilAsync(() => Volatile.Read(ref half) > Chunks / 2 && Landed() >= Chunks / 4);
        return seeking;
    }

    private async Task BreakOffAsync()
    {
        using var stop = new CancellationTokenSource();
        var seeking = await HalfAsync(stop);
        await stop.CancelAsync();
        Assert.That(async () => await seeking, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Chunks whose bytes are in the file of the download: the noise has none of zeros.</summary>
    private int Landed()
    {
        var part = Directory.GetFiles(Temp["blobs"], "*.part").SingleOrDefault();
        if (part is null) return 0;
        var bytes = File.ReadAllBytes(part);
        return Enumerable.Range(0, Chunks).Count(i => bytes.AsSpan(i * BlobLayout.SealedBytes, BlobLayout.SealedBytes)[^64..].ContainsAnyExcept((byte)0));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(20, limit.Token);
    }
}
