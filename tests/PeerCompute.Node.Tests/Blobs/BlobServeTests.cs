// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>An issuer with two jobs, the worker of the first and a stranger, all connected over loopback.</summary>
[TestFixture]
internal sealed class BlobServeTests
{
    private static readonly KeyPair Issuer = HostPair.FarKey;
    private static readonly KeyPair StrangerKey = KeyPair.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
    private static readonly Hash32 OtherJob = Hash32.Of("other job"u8);
    private static readonly Hash32 Unknown = Hash32.Of("unknown"u8);

    private TempFolder _folder = null!;
    private BlobStore _store = null!;
    private BlobGate _gate = null!;
    private HostPair _hosts = null!;
    private Host _stranger = null!;
    private BlobRef _input = null!;
    private BlobRef _other = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new TempFolder();
        _store = BlobStore.Open(_folder["blobs"], 1 << 30, TimeProvider.System);
        _input = await _store.PutAsync(new MemoryStream(new byte[1000]), Enumerable.Repeat((byte)1, 32).ToArray(), 1 << 20);
        _other = await _store.PutAsync(new MemoryStream(new byte[1000]), Enumerable.Repeat((byte)2, 32).ToArray(), 1 << 20);
        _gate = Tokens.Gate();
        _gate.Share(Tokens.Job, Issuer.PeerId, [_input.Root]);
        _gate.Share(OtherJob, Issuer.PeerId, [_other.Root]);
        _hosts = await HostPair.StartAsync();
        _hosts.Far.Handle(Protocols.Blob, new BlobServer(_store, _gate).ServeAsync);
        _stranger = await Host.StartAsync(new HostOptions { Key = StrangerKey });
        await _stranger.ConnectAsync(_hosts.Far.ListenAddresses[0].WithPeer(_hosts.Far.PeerId));
    }

    [TearDown]
    public async Task Stop()
    {
        await _stranger.DisposeAsync();
        await _hosts.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task The_worker_of_a_job_gets_its_input_and_not_the_other_jobs()
    {
        var token = Tokens.Inputs(Issuer, HostPair.NearKey.PeerId).Envelope.Bytes;
        var frames = await AskAsync(_hosts.Near, _input.Root, token);
        Assert.That(frames, Has.Count.EqualTo(2));
        Assert.That(BlobAnswer.Decode(frames[0]).Manifest!.Root(), Is.EqualTo(_input.Root));
        await RefusedAsync(_hosts.Near, _other.Root, token, BlobRefusal.NotServed);
        await RefusedAsync(_hosts.Near, Unknown, token, BlobRefusal.NotServed);
    }

    [Test]
    public async Task A_stranger_gets_nothing_and_the_same_bytes_for_every_root()
    {
        var workers = Tokens.Inputs(Issuer, HostPair.NearKey.PeerId).Envelope.Bytes;
        (ReadOnlyMemory<byte> Token, BlobRefusal Refusal)[] tries =
        [
            (default, BlobRefusal.NoToken),
            (new byte[] { 1, 2, 3 }, BlobRefusal.BadToken),
            (new byte[SignedToken.MaxBytes], BlobRefusal.BadToken),
            (workers, BlobRefusal.OtherHolder),
            (Tokens.Inputs(StrangerKey, StrangerKey.PeerId).Envelope.Bytes, BlobRefusal.NotServed),
            (Tokens.Outputs(StrangerKey, StrangerKey.PeerId).Envelope.Bytes, BlobRefusal.NotServed),
            (Tokens.Inputs(Issuer, StrangerKey.PeerId, null, Tokens.NowMs - 1).Envelope.Bytes, BlobRefusal.Expired),
        ];
        foreach (var (token, refusal) in tries)
        {
            await RefusedAsync(_stranger, _input.Root, token, refusal);
            await RefusedAsync(_stranger, _other.Root, token, refusal);
            await RefusedAsync(_stranger, Unknown, token, refusal);
        }
    }

    [Test]
    public async Task After_the_end_of_its_job_the_worker_is_refused()
    {
        var token = Tokens.Inputs(Issuer, HostPair.NearKey.PeerId).Envelope.Bytes;
        Assert.That(await AskAsync(_hosts.Near, _input.Root, token), Has.Count.EqualTo(2));
        _gate.Withhold(Tokens.Job);
        await RefusedAsync(_hosts.Near, _input.Root, token, BlobRefusal.NotServed);
    }

    [Test]
    public async Task A_token_that_is_too_long_resets_the_stream()
    {
        var request = new BlobRequest(_input.Root, 0, 1, true, new byte[SignedToken.MaxBytes + 1]).Encode();
        await using var stream = await _stranger.OpenAsync(Issuer.PeerId, Protocols.Blob);
        await stream.WriteFrameAsync(request);
        Assert.That(async () => await stream.ReadFrameAsync(BlobAnswer.MaxBytes), Throws.InstanceOf<PeerComputeException>());
        await RefusedAsync(_stranger, _input.Root, default, BlobRefusal.NoToken);
    }

    [Test]
    public async Task A_fetch_with_a_token_that_is_not_good_ends_at_once_and_says_why()
    {
        var fetcher = new BlobFetcher(_stranger, BlobStore.Open(_folder["stranger"], 1 << 30, TimeProvider.System), TimeProvider.System);
        var result = await fetcher.FetchAsync(Issuer.PeerId, [_input], Tokens.Inputs(Issuer, HostPair.NearKey.PeerId).Envelope.Bytes, default);
        Assert.That(result.Ok || result.Bad, Is.False, "the issuer may give another token");
        Assert.That(result.Reason, Does.Contain("another peer's"));
        result = await fetcher.FetchAsync(Issuer.PeerId, [_input], default, default);
        Assert.That(result.Reason, Does.Contain("against a token"));
    }

    [Test]
    public async Task A_blob_that_the_disk_damaged_is_not_served_and_is_gone()
    {
        var path = _folder[$"blobs/{_input.Root}"];
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.Write(file, new byte[8], 500);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        var token = Tokens.Inputs(Issuer, HostPair.NearKey.PeerId).Envelope.Bytes;
        Assert.That(async () => await AskAsync(_hosts.Near, _input.Root, token), Throws.InstanceOf<PeerComputeException>());
        Assert.That(_store.Has(_input.Root), Is.False);
        await RefusedAsync(_hosts.Near, _input.Root, token, BlobRefusal.NotServed);
    }

    private async Task RefusedAsync(Host host, Hash32 root, ReadOnlyMemory<byte> token, BlobRefusal refusal)
    {
        var frames = await AskAsync(host, root, token);
        Assert.That(frames, Has.Count.EqualTo(1));
        Assert.That(frames[0], Is.EqualTo(BlobAnswer.No(refusal).Encode()), refusal.ToString());
    }

    private static async Task<List<byte[]>> AskAsync(Host host, Hash32 root, ReadOnlyMemory<byte> token)
    {
        await using var stream = await host.OpenAsync(Issuer.PeerId, Protocols.Blob);
        await stream.WriteFrameAsync(new BlobRequest(root, 0, 1, true, token).Encode());
        await stream.CloseWriteAsync();
        var frames = new List<byte[]>();
        while (await stream.ReadFrameAsync(BlobLayout.SealedBytes) is { } frame) frames.Add(frame);
        return frames;
    }
}
