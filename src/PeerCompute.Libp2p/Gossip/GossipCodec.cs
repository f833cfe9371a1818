// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// RPC { subscriptions = 1 { subscribe = 1, topicid = 2 }, publish = 2, control = 3 { ihave = 1 { topicID = 1, messageIDs = 2 },
/// iwant = 2 { messageIDs = 1 }, graft = 3 { topicID = 1 }, prune = 4 { topicID = 1, peers = 2, backoff = 3 },
/// idontwant = 5 { messageIDs = 1 } } }. Peers in a PRUNE are not read.
/// </summary>
internal static class GossipCodec
{
    public static byte[] Encode(GossipRpc rpc)
    {
        var writer = new ProtoWriter();
        foreach (var (subscribe, topic) in rpc.Subscriptions)
            writer.Bytes(1, new ProtoWriter().Varint(1, subscribe ? 1UL : 0, always: true).Text(2, topic).Written.Span);
        foreach (var message in rpc.Messages) writer.Bytes(2, message.Bytes.Span);
        if (rpc.Haves.Length + rpc.Wants.Length + rpc.Grafts.Length + rpc.Prunes.Length + rpc.DontWants.Length > 0) writer.Bytes(3, Control(rpc));
        return writer.ToArray();
    }

    public static GossipRpc Decode(ReadOnlyMemory<byte> bytes, GossipLimits limits)
    {
        if (bytes.Length > GossipLimits.RpcBytes) throw new WireException("rpc", $"{bytes.Length} bytes, limit {GossipLimits.RpcBytes}");
        var draft = new Draft();
        var reader = new ProtoReader(bytes.Span, 4 * GossipLimits.Entries);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: draft.Subscription(reader.Bytes("subscription", GossipLimits.TopicBytes + 16)); break;
                case 2:
                    var length = reader.Bytes("publish", GossipLimits.RpcBytes).Length;
                    draft.Message(bytes.Slice(reader.Position - length, length), limits);
                    break;
                case 3: draft.Control(reader.Bytes("control", GossipLimits.RpcBytes)); break;
                default: reader.Skip(); break;
            }
        }

        return draft.ToRpc();
    }

    private static ReadOnlySpan<byte> Control(GossipRpc rpc)
    {
        var control = new ProtoWriter();
        foreach (var (topic, ids) in rpc.Haves)
        {
            var have = new ProtoWriter().Text(1, topic);
            foreach (var id in ids) have.Bytes(2, id.ToBytes());
            control.Bytes(1, have.Written.Span);
        }

        Ids(control, 2, rpc.Wants);
        foreach (var topic in rpc.Grafts) control.Bytes(3, new ProtoWriter().Text(1, topic).Written.Span);
        foreach (var (topic, backoff) in rpc.Prunes) control.Bytes(4, new ProtoWriter().Text(1, topic).Varint(3, (ulong)backoff).Written.Span);
        Ids(control, 5, rpc.DontWants);
        return control.Written.Span;
    }

    private static void Ids(ProtoWriter control, int field, ImmutableArray<MessageId> ids)
    {
        if (ids.IsEmpty) return;
        var list = new ProtoWriter();
        foreach (var id in ids) list.Bytes(1, id.ToBytes());
        control.Bytes(field, list.Written.Span);
    }

    /// <summary>What has been read of one RPC, and what it may still carry.</summary>
    private sealed class Draft
    {
        private List<GossipSubscription>? _subscriptions;
        private List<GossipMessage>? _messages;
        private List<GossipHave>? _haves;
        private List<MessageId>? _wants;
        private List<MessageId>? _dontWants;
        private List<string>? _grafts;
        private List<GossipPrune>? _prunes;
        private int _topicBytes;
        private int _haveIds;
        private int _wantIds;
        private int _dontWantIds;
        private int _wantEntries;

        public GossipRpc ToRpc() => new()
        {
            Subscriptions = Frozen(_subscriptions),
            Messages = Frozen(_messages),
            Haves = Frozen(_haves),
            Wants = Frozen(_wants),
            DontWants = Frozen(_dontWants),
            Grafts = Frozen(_grafts),
            Prunes = Frozen(_prunes),
        };

        public void Subscription(ReadOnlySpan<byte> bytes)
        {
            var subscribe = false;
            string? topic = null;
            var reader = new ProtoReader(bytes, 16);
            while (reader.Next())
            {
                if (reader.Field == 1) subscribe = reader.Varint("subscribe") != 0;
                else if (reader.Field == 2) topic = Topic(ref reader);
                else reader.Skip();
            }

            Add(ref _subscriptions, new GossipSubscription(subscribe, Named(topic)), GossipLimits.Entries, "subscriptions");
        }

        public void Message(ReadOnlyMemory<byte> bytes, GossipLimits limits) =>
            Add(ref _messages, GossipMessage.Decode(bytes, limits.DataBytes), GossipLimits.Entries, "messages");

        public void Control(ReadOnlySpan<byte> bytes)
        {
            var reader = new ProtoReader(bytes, 5 * GossipLimits.Controls);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 1: Have(reader.Bytes("ihave", GossipLimits.RpcBytes)); break;
                    case 2: Want(reader.Bytes("iwant", GossipLimits.RpcBytes), ref _wants, ref _wantIds); break;
                    case 3: Graft(reader.Bytes("graft", GossipLimits.TopicBytes + 16)); break;
                    case 4: Prune(reader.Bytes("prune", GossipLimits.RpcBytes)); break;
                    case 5: Want(reader.Bytes("idontwant", GossipLimits.RpcBytes), ref _dontWants, ref _dontWantIds); break;
                    default: reader.Skip(); break; // extensions of later versions
                }
            }
        }

        private static ImmutableArray<T> Frozen<T>(List<T>? list) => list is null ? [] : [.. list];

        private static void Add<T>(ref List<T>? list, T item, int most, string name)
        {
            list ??= [];
            if (list.Count >= most) throw new WireException(name, $"more than {most}");
            list.Add(item);
        }

        private static string Named(string? topic) => topic ?? throw new WireException("topic", "missing");

        private static void Id(ref ProtoReader reader, ref int count, List<MessageId> ids)
        {
            if (++count > GossipLimits.Ids) throw new WireException("message ids", $"more than {GossipLimits.Ids}");
            if (MessageId.TryRead(reader.Bytes("message id", GossipLimits.TopicBytes), out var id)) ids.Add(id);
        }

        private void Have(ReadOnlySpan<byte> bytes)
        {
            string? topic = null;
            var ids = new List<MessageId>();
            var reader = new ProtoReader(bytes, GossipLimits.Ids + 16);
            while (reader.Next())
            {
                if (reader.Field == 1) topic = Topic(ref reader);
                else if (reader.Field == 2) Id(ref reader, ref _haveIds, ids);
                else reader.Skip();
            }

            Add(ref _haves, new GossipHave(Named(topic), [.. ids]), GossipLimits.Controls, "ihave");
        }

        private void Want(ReadOnlySpan<byte> bytes, ref List<MessageId>? wants, ref int count)
        {
            if (++_wantEntries > GossipLimits.Controls) throw new WireException("iwant, idontwant", $"more than {GossipLimits.Controls}");
            var reader = new ProtoReader(bytes, GossipLimits.Ids + 16);
            while (reader.Next())
            {
                if (reader.Field == 1) Id(ref reader, ref count, wants ??= []);
                else reader.Skip();
            }
        }

        private void Graft(ReadOnlySpan<byte> bytes)
        {
            string? topic = null;
            var reader = new ProtoReader(bytes, 16);
            while (reader.Next())
            {
                if (reader.Field == 1) topic = Topic(ref reader);
                else reader.Skip();
            }

            Add(ref _grafts, Named(topic), GossipLimits.Controls, "graft");
        }

        private void Prune(ReadOnlySpan<byte> bytes)
        {
            string? topic = null;
            var backoff = 0UL;
            var reader = new ProtoReader(bytes, GossipLimits.Controls);
            while (reader.Next())
            {
                if (reader.Field == 1) topic = Topic(ref reader);
                else if (reader.Field == 3) backoff = reader.Varint("backoff");
                else reader.Skip();
            }

            Add(ref _prunes, new GossipPrune(Named(topic), (int)ulong.Min(backoff, GossipLimits.BackoffSeconds)), GossipLimits.Controls, "prune");
        }

        private string Topic(ref ProtoReader reader)
        {
            var name = reader.Bytes("topic", GossipLimits.TopicBytes);
            _topicBytes += name.Length;
            if (_topicBytes > GossipLimits.AllTopicBytes) throw new WireException("topics", $"more than {GossipLimits.AllTopicBytes} bytes");
            return GossipMessage.Text(name);
        }
    }
}
