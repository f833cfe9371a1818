// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Mesh;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Libp2p.Peers;
using PeerCompute.Market.Adverts;
using PeerCompute.Net;
using PeerCompute.Net.Gossip;
using PeerCompute.Net.Requests;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Mesh;

/// <summary>The mesh's hands: gossip streams, questions and answers of the DHT and of adverts, the peer book on the disk.</summary>
internal sealed class MeshShell : IAsyncDisposable
{
    /// <summary>Name of the peer book in a home.</summary>
    public const string BookName = "peers.book";

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    private readonly Host _host;
    private readonly string _book;
    private readonly Func<NodeEvent, CancellationToken, ValueTask> _post;
    private readonly Action<string> _log;
    private readonly Action<int> _said;
    private readonly RequestStreams _requests;
    private readonly GossipShell _gossip;
    private readonly GossipStreams _streams;
    private readonly Tickets<AnswerKad> _kad = new();
    private readonly Tickets<AnswerAdvert> _adverts = new();
    private readonly Tickets<SearchEnded> _searches = new();

    public MeshShell(Host host, string home, bool light, Func<NodeEvent, CancellationToken, ValueTask> post, Action<string> log, Action<int> said)
    {
        (_host, _book, _post, _log, _said) = (host, Path.Combine(home, BookName), post, log, said);
        _requests = new RequestStreams(host);
        _gossip = new GossipShell(post);
        _streams = new GossipStreams(host, _gossip);
        if (light) return;
        _requests.Serve(KadOptions.OwnProtocol, KadMaxRequest, AnswerKadAsync);
        _requests.Serve(Protocols.Advert, PeerMessage.MaxFrame(Protocols.Advert), AnswerAdvertAsync);
    }

    /// <summary>Longest question in the DHT, bytes: keys and the asker's own addresses.</summary>
    private const int KadMaxRequest = 8 * 1024;

    /// <summary>Gossip RPCs that were none.</summary>
    public long Malformed => _gossip.Malformed;

    /// <summary>Gossip RPCs to peers that were connected.</summary>
    public long Gossiped { get; private set; }

    /// <summary>Questions put in the DHT.</summary>
    public long KadAsked { get; private set; }

    /// <summary>Adverts asked for.</summary>
    public long AdvertsAsked { get; private set; }

    /// <summary>What a peer said of itself, as the machine wants it.</summary>
    public static PeerFacts Facts(PeerInfo peer) => new(
        [.. peer.ListenAddresses.Take(KadPeer.MaxAddresses)],
        peer.Outbound ? peer.RemoteAddress.WithoutPeer() : null,
        peer.Protocols.Contains(KadOptions.OwnProtocol),
        NetworkId.OfPeer(peer.ProtocolVersion));

    /// <summary>The book of an earlier life; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Remembered()
    {
        try
        {
            var file = new FileInfo(_book);
            if (!file.Exists) return default;
            if (file.Length <= PeerBook.MaxLength) return File.ReadAllBytes(_book);
            _log($"{_book} is longer than a peer book can be, and is begun anew.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log($"the remembered peers cannot be read ({e.Message}), and are begun anew.");
        }

        return default;
    }

    /// <summary>Looks for workers.</summary>
    /// <param name="needs">What they must have.</param>
    /// <param name="wanted">So many suffice.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public Task<SearchEnded> SearchAsync(Needs needs, int wanted, CancellationToken cancel)
        => _searches.AskAsync(number => _post(new SearchWorkers(number, needs, wanted), cancel), cancel);

    /// <summary>Does an effect of the mesh.</summary>
    /// <returns>What takes time, or null where it is done.</returns>
    public Func<Task>? Do(NodeEffect effect)
    {
        switch (effect)
        {
            case SendGossip send:
                _streams.Send(send.To, send.Rpc);
                Gossiped++;
                return null;
            case AnswerKad answer:
                _kad.Answer(answer.Ticket, answer);
                return null;
            case AnswerAdvert answer:
                _adverts.Answer(answer.Ticket, answer);
                return null;
            case SearchEnded ended:
                _searches.Answer(ended.Search, ended);
                return null;
            case CheckGossip check: return () => CheckAsync(check);
            case Announce announce: return () => _post(new AnnounceDue(announce.Topic, announce.Data), CancellationToken.None).AsTask();
            case AskKad ask:
                KadAsked++;
                return () => AskAsync(ask);
            case AskAdvert ask:
                AdvertsAsked++;
                return () => AskAsync(ask);
            case SayAt say: return () => SayAsync(say);
            case Drop drop: return () => DropAsync(drop);
            case KeepPeers keep: return () => KeepAsync(keep);
            default: throw Base.Checks.Invariant.Unreachable($"{effect.GetType().Name} is no effect of a shell");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync().ConfigureAwait(false);
        await _gossip.DisposeAsync().ConfigureAwait(false);
        _requests.Dispose();
    }

    private async Task CheckAsync(CheckGossip check)
    {
        var good = check.Message.CheckSignature();
        await _post(new GossipChecked(check.Message, good, good ? Admission.AdmitGossip(check.Message) : null), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task AskAsync(AskKad ask)
    {
        NodeEvent answer;
        try
        {
            var wants = ask.Request.WantsAnswer;
            var bytes = await _requests.AskAsync(
                ask.Peer, ask.Addresses, KadOptions.OwnProtocol, ask.Request.Encode(), KadMessage.MaxLength, wants, AskTimeout).ConfigureAwait(false);
            answer = new KadAnswered(ask.Query, ask.Peer, wants ? KadMessage.Decode(bytes.Span) : null);
        }
        catch (Exception e) when (Unanswered(e))
        {
            answer = new KadFailed(ask.Query, ask.Peer);
        }

        await _post(answer, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task AskAsync(AskAdvert ask)
    {
        NodeEvent answer;
        try
        {
            var frame = await _requests.AskAsync(
                ask.Peer, ask.Addresses, Protocols.Advert, ask.Query.Frame(), PeerMessage.MaxFrame(Protocols.Advert), true, AskTimeout).ConfigureAwait(false);
            answer = PeerMessage.Decode(Protocols.Advert, frame) is AdvertAnswer advert
                ? new AdvertCame(CheckedAdvert.Of(ask.Peer, advert)) : new AdvertFailed(ask.Peer, "it answered with another message");
        }
        catch (Exception e) when (Unanswered(e))
        {
            answer = new AdvertFailed(ask.Peer, e.Message);
        }

        await _post(answer, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task SayAsync(SayAt say)
    {
        try
        {
            var frame = say.Message.Frame();
            await _requests.AskAsync(say.To.Peer, say.To.Addresses, say.Message.Protocol, frame, 0, false, AskTimeout).ConfigureAwait(false);
            _said(frame.Length);
        }
        catch (Exception e) when (Unanswered(e))
        {
            _log($"{say.To.Peer.Short()} could not be told something: {e.Message}");
        }
    }

    private async Task DropAsync(Drop drop)
    {
        _log($"the connection with {drop.Peer.Short()} is ended: {drop.Why}");
        await _host.DisconnectAsync(drop.Peer).ConfigureAwait(false);
    }

    private Task KeepAsync(KeepPeers keep)
    {
        Disk.Replace(_book, keep.Book.Span);
        return Task.CompletedTask;
    }

    private async ValueTask<ReadOnlyMemory<byte>?> AnswerKadAsync(PeerId from, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        var message = KadMessage.Decode(request.Span);
        var answer = await _kad.AskAsync(number => _post(new KadAsked(from, number, message), cancel), cancel).ConfigureAwait(false);
        if (answer.Refusal.Length > 0) throw new WireException("kad", answer.Refusal);
        return answer.Response?.Encode();
    }

    private async ValueTask<ReadOnlyMemory<byte>?> AnswerAdvertAsync(PeerId from, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        if (PeerMessage.Decode(Protocols.Advert, request) is not AdvertQuery query) throw new WireException("advert", "is no query");
        var answer = await _adverts.AskAsync(number => _post(new AdvertAsked(from, number, query), cancel), cancel).ConfigureAwait(false);
        return answer.Answer?.Frame() ?? throw new WireException("advert", "this node has none yet");
    }

    private static bool Unanswered(Exception e) => e is PeerComputeException or WireException or OperationCanceledException or ObjectDisposedException;
}
