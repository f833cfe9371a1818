// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core;
using PeerCompute.Net;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>A peer that nobody knows, with a key of its own, which may send what it likes.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly Host _host;
    private readonly PeerId _worker;
    private readonly Channel<PeerMessage> _answers = Channel.CreateUnbounded<PeerMessage>();

    private Stranger(Host host, KeyPair key, PeerId worker)
    {
        (_host, Key, _worker) = (host, key, worker);
        host.Handle(Protocols.Bid, async (stream, cancel) =>
        {
            var frame = await stream.ReadFrameAsync(PeerMessage.MaxFrame(Protocols.Bid), cancel);
            _answers.Writer.TryWrite(PeerMessage.Decode(Protocols.Bid, frame!));
        });
    }

    public KeyPair Key { get; }

    public static async Task<Stranger> ConnectAsync(int port, string worker)
    {
        var key = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(32));
        var host = await Host.StartAsync(new HostOptions { Key = key });
        var address = Multiaddr.Parse(string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{port}/p2p/{worker}"));
        await host.ConnectAsync(address);
        host.Remember(address.Peer, address);
        return new Stranger(host, key, address.Peer);
    }

    /// <summary>A no-op job's offer that any worker takes.</summary>
    public OfferMessage Offer(Func<Offer, Offer>? change = null, TimeSpan clock = default)
    {
        var now = (ulong)(DateTimeOffset.UtcNow + clock).ToUnixTimeMilliseconds();
        var offer = new Offer
        {
            Header = new Header(new Incarnation(1, 7), 0, new Hash32(RandomNumberGenerator.GetBytes(32)), Rules.Hash, now),
            Issuer = Key.PeerId,
            Steward = Key.PeerId,
            SpecHash = new Hash32(RandomNumberGenerator.GetBytes(32)),
            Class = "wasm",
            Semantics = NodeSettings.WasmSemantics,
            Tasks = 1,
            Limits = new TaskLimits(1 << 20, 1000, 1000, 1000),
            ModuleBytes = 100,
            InputBytes = 0,
            DeadlineMs = now + 60_000,
            BidEndMs = now + 60_000,
            PriceCeilingMicro = 10_000,
            Verification = VerificationTerms.Issuer,
            Price = new PriceTerms("credit", 0),
            Placement = new PlacementTerms(1, 1, ""),
            SealingKey = Key.SealingKey,
            ReachStartPpm = 1_000_000,
            ReachDoubleMs = 1000,
        };
        return OfferMessage.Sign(Key, change is null ? offer : change(offer));
    }

    /// <summary>Sends bytes behind their length on a stream of their own and waits until the worker is done with it.</summary>
    /// <returns>What it answered on the same stream; null when it reset the stream.</returns>
    public Task<byte[]?> SendAsync(string protocol, ReadOnlyMemory<byte> frame)
    {
        var bytes = new byte[Varint.Length((ulong)frame.Length) + frame.Length];
        frame.CopyTo(bytes.AsMemory(Varint.Write(bytes, (ulong)frame.Length)));
        return RawAsync(protocol, bytes);
    }

    /// <summary>Sends bytes as they are on a stream of their own, dialling anew where the connection was ended.</summary>
    /// <returns>What it answered on the same stream; null when it reset the stream or ended the connection.</returns>
    public async Task<byte[]?> RawAsync(string protocol, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await using var stream = await _host.OpenAsync(_worker, protocol, patience.Token);
            await stream.WriteAsync(bytes, patience.Token);
            await stream.CloseWriteAsync(patience.Token);
            using var answer = new MemoryStream();
            var buffer = new byte[4096];
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token)) > 0;) answer.Write(buffer, 0, read);
            return answer.ToArray();
        }
        catch (PeerComputeException)
        {
            return null;
        }
    }

    /// <summary>The next bid or decline that comes.</summary>
    public async Task<PeerMessage> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _answers.Reader.ReadAsync(patience.Token);
    }

    /// <summary>The bid in the next answer.</summary>
    public async Task<SignedEnvelope> BidAsync(Hash32 offer)
    {
        var answer = await AnswerAsync();
        Assert.That(answer, Is.InstanceOf<SealedBid>());
        var bid = (SealedBid)answer;
        Assert.That(bid.OfferId, Is.EqualTo(offer), "the first answer is to the first good offer");
        return SignedEnvelope.Decode(Key.Open(bid.Box.Span, Domains.SealedBid, offer.ToArray()), WireLimits.BidBytes);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
