// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Google.Protobuf;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Tests;
using PeerCompute.Libp2p.Gossip;
using Proto = PeerCompute.Oracle.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>The codec against js-libp2p's bytes, against the compiled messages, and against strangers.</summary>
internal sealed class GossipCodecTests
{
    private static readonly KeyPair Key = KeyPair.FromSeed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private static readonly GossipLimits Limits = new();

    private static JsonElement Js => Vectors.Load("libp2p/js-golden.json").GetProperty("gossip");

    [Test]
    public void A_message_is_signed_as_js_libp2p_signs_it()
    {
        var theirs = GossipRpc.Decode(Js.Hex("rpcPublish"), Limits).Messages.Single();
        var ours = GossipMessage.Sign(Key, theirs.Id.Sequence, theirs.Topic, theirs.Data.Span);
        Assert.Multiple(() =>
        {
            Assert.That(theirs.CheckSignature(), Is.True);
            Assert.That(theirs.Topic, Is.EqualTo("pc/offers/1"));
            Assert.That(theirs.Data.ToArray(), Is.EqualTo("offer"u8.ToArray()));
            Assert.That(theirs.Id.ToBytes(), Is.EqualTo(Js.Hex("specMsgId")));
            Assert.That(theirs.Signature.ToArray(), Is.EqualTo(Js.Hex("signature")));
            Assert.That(ours.Signature.ToArray(), Is.EqualTo(Js.Hex("signature")));
            Assert.That(ours.Bytes.ToArray()[..^66], Is.EqualTo(Js.Hex("signedOver")));
            Assert.That(ours.CheckSignature(), Is.True);
        });
    }

    [Test]
    public void An_rpc_of_js_libp2p_is_sent_on_as_it_came()
    {
        foreach (var name in new[] { "rpcPublish", "subscribe" })
        {
            var bytes = Js.Hex(name);
            Assert.That(new GossipRpc
            {
                Messages = GossipRpc.Decode(bytes, Limits).Messages,
                Subscriptions = GossipRpc.Decode(bytes, Limits).Subscriptions,
            }.Encoded.ToArray(), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void Control_of_js_libp2p_is_read()
    {
        var rpc = GossipRpc.Decode(Js.Hex("control"), Limits);
        Assert.Multiple(() =>
        {
            Assert.That(rpc.Haves.Single().Topic, Is.EqualTo("t"));
            Assert.That(rpc.Haves.Single().Ids, Is.Empty, "ids of two bytes name no message of ours");
            Assert.That(rpc.Wants, Is.Empty);
            Assert.That(rpc.Grafts.Single(), Is.EqualTo("t"));
            Assert.That(rpc.Prunes.Single(), Is.EqualTo(new GossipPrune("t", 60)));
        });
    }

    [Test]
    public void Ours_and_the_oracle_write_and_read_the_same()
    {
        var id = new MessageId(Key.PeerId, ulong.MaxValue);
        var other = new MessageId(Key.PeerId, 1);
        var message = GossipMessage.Sign(Key, 7, "/a/ä", [1, 2, 3]);
        var rpc = new GossipRpc
        {
            Subscriptions = [new GossipSubscription(true, "a"), new GossipSubscription(false, "b")],
            Messages = [message],
            Haves = [new GossipHave("a", [id, other]), new GossipHave("b", [other])],
            Wants = [other, id],
            DontWants = [id, other],
            Grafts = ["a"],
            Prunes = [new GossipPrune("b", 60), new GossipPrune("c", 0)],
        };
        var oracle = new Proto.Rpc { Control = new Proto.ControlMessage() };
        oracle.Subscriptions.Add(new Proto.Rpc.Types.SubOpts { Subscribe = true, Topicid = "a" });
        oracle.Subscriptions.Add(new Proto.Rpc.Types.SubOpts { Subscribe = false, Topicid = "b" });
        oracle.Publish.Add(Proto.Message.Parser.ParseFrom(message.Bytes.Span));
        oracle.Control.Ihave.Add(new Proto.ControlIHave { TopicID = "a", MessageIDs = { Bytes(id), Bytes(other) } });
        oracle.Control.Ihave.Add(new Proto.ControlIHave { TopicID = "b", MessageIDs = { Bytes(other) } });
        oracle.Control.Iwant.Add(new Proto.ControlIWant { MessageIDs = { Bytes(other), Bytes(id) } });
        oracle.Control.Graft.Add(new Proto.ControlGraft { TopicID = "a" });
        oracle.Control.Prune.Add(new Proto.ControlPrune { TopicID = "b", Backoff = 60 });
        oracle.Control.Prune.Add(new Proto.ControlPrune { TopicID = "c" });
        oracle.Control.Idontwant.Add(new Proto.ControlIDontWant { MessageIDs = { Bytes(id), Bytes(other) } });
        Assert.That(rpc.Encoded.ToArray(), Is.EqualTo(oracle.ToByteArray()));

        var back = GossipRpc.Decode(oracle.ToByteArray(), Limits);
        Assert.Multiple(() =>
        {
            Assert.That(back.Encoded.ToArray(), Is.EqualTo(oracle.ToByteArray()));
            Assert.That(back.Haves[0].Ids, Is.EqualTo(new[] { id, other }));
            Assert.That(back.Messages.Single().Topic, Is.EqualTo("/a/ä"));
            Assert.That(back.Messages.Single().CheckSignature(), Is.True);
        });
    }

    [Test]
    public void A_back_off_of_2_to_the_64_minus_1_is_an_hour()
    {
        var oracle = new Proto.Rpc { Control = new Proto.ControlMessage() };
        oracle.Control.Prune.Add(new Proto.ControlPrune { TopicID = "a", Backoff = ulong.MaxValue });
        Assert.That(GossipRpc.Decode(oracle.ToByteArray(), Limits).Prunes.Single().BackoffSeconds, Is.EqualTo(3600));
    }

    [Test]
    public void Messages_that_others_could_read_otherwise_are_refused()
    {
        var good = Proto.Message.Parser.ParseFrom(GossipMessage.Sign(Key, 7, "a", [1]).Bytes.Span);
        var stranger = KeyPair.FromSeed(new byte[32]).PeerId;
        Refused("from", m => m.ClearFrom());
        Refused("seqno", m => m.ClearSeqno());
        Refused("seqno", m => m.Seqno = ByteString.CopyFrom(new byte[7]));
        Refused("topic", m => m.ClearTopic());
        Refused("topic", m => m.Topic = "");
        Refused("topic", m => m.Topic = new string('x', GossipLimits.TopicBytes + 1));
        Refused("signature", m => m.ClearSignature());
        Refused("signature", m => m.Signature = ByteString.CopyFrom(new byte[63]));
        Refused("key", m => m.Key = ByteString.CopyFrom(KeyMessages.EncodePublic(stranger)));
        Refused("data", m => m.Data = ByteString.CopyFrom(new byte[Limits.DataBytes + 1]));
        var sound = good.ToByteArray();
        Assert.That(() => GossipMessage.Decode((byte[])[.. sound, 0x3a, 0], 10), Throws.TypeOf<WireException>(), "an unsigned field");
        Assert.That(() => GossipMessage.Decode((byte[])[.. sound, .. sound], 10), Throws.TypeOf<WireException>(), "fields twice");
        Assert.That(() => GossipMessage.Decode(new ProtoWriter().Bytes(4, [0xff]).ToArray(), 10), Throws.TypeOf<WireException>(), "no UTF-8");

        void Refused(string field, Action<Proto.Message> change)
        {
            var changed = good.Clone();
            change(changed);
            var bytes = changed.ToByteArray();
            Assert.That(() => GossipMessage.Decode(bytes, Limits.DataBytes), Throws.TypeOf<WireException>().With.Property("Field").EqualTo(field));
        }
    }

    [Test]
    public void One_changed_byte_is_a_bad_signature_or_no_message()
    {
        var bytes = GossipMessage.Sign(Key, 7, "topic", [1, 2, 3, 4]).Bytes.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 0x41;
            try
            {
                Assert.That(GossipMessage.Decode(changed, 100).CheckSignature(), Is.False, $"byte {i}");
            }
            catch (WireException)
            {
                // No message.
            }
        }
    }

    [Test]
    public void Too_much_is_refused_before_it_is_kept()
    {
        Refused(rpc => Repeat(349_525, () => rpc.Subscriptions.Add(new Proto.Rpc.Types.SubOpts())), "rpc as of CVE-2026-46679");
        Refused(rpc => Repeat(GossipLimits.Entries + 1, () => rpc.Subscriptions.Add(new Proto.Rpc.Types.SubOpts { Topicid = "t" })), "subscriptions");
        Refused(rpc => Repeat(300, () => rpc.Subscriptions.Add(new Proto.Rpc.Types.SubOpts { Topicid = new string('t', 256) })), "bytes of topics");
        Refused(rpc => Repeat(GossipLimits.Controls + 1, () => rpc.Control.Graft.Add(new Proto.ControlGraft { TopicID = "t" })), "grafts");
        Refused(rpc => Repeat(GossipLimits.Controls + 1, () => rpc.Control.Prune.Add(new Proto.ControlPrune { TopicID = "t" })), "prunes");
        Refused(rpc => Repeat(GossipLimits.Controls + 1, () => rpc.Control.Iwant.Add(new Proto.ControlIWant())), "iwants");
        Refused(rpc =>
        {
            var have = new Proto.ControlIHave { TopicID = "t" };
            Repeat(GossipLimits.Ids + 1, () => have.MessageIDs.Add(ByteString.CopyFrom(1)));
            rpc.Control.Ihave.Add(have);
        }, "ids");
        Assert.That(() => GossipRpc.Decode(new byte[GossipLimits.RpcBytes + 1], Limits), Throws.TypeOf<WireException>());

        void Refused(Action<Proto.Rpc> fill, string what)
        {
            var rpc = new Proto.Rpc { Control = new Proto.ControlMessage() };
            fill(rpc);
            Assert.That(() => GossipRpc.Decode(rpc.ToByteArray(), Limits), Throws.TypeOf<WireException>(), what);
        }

        static void Repeat(int times, Action action)
        {
            for (var i = 0; i < times; i++) action();
        }
    }

    [Test]
    public void Any_bytes_are_read_or_refused([Range(1, 20)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var good = new GossipRpc
        {
            Subscriptions = [new GossipSubscription(true, "topic")],
            Messages = [GossipMessage.Sign(Key, 7, "topic", [1, 2, 3])],
            Haves = [new GossipHave("topic", [new MessageId(Key.PeerId, 1)])],
            Wants = [new MessageId(Key.PeerId, 1)],
            DontWants = [new MessageId(Key.PeerId, 1)],
            Grafts = ["topic"],
            Prunes = [new GossipPrune("topic", 60)],
        }.Encoded.ToArray();
        var read = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = i % 4 == 0 ? new byte[choices.Below(200)] : good[..^choices.Below(3)].ToArray();
            for (var at = 0; i % 4 == 0 && at < bytes.Length; at++) bytes[at] = (byte)choices.Below(256);
            for (var n = choices.Below(4); n > 0 && bytes.Length > 0; n--) bytes[choices.Below(bytes.Length)] = (byte)choices.Below(256);
            try
            {
                GossipRpc.Decode(bytes, Limits);
                read++;
            }
            catch (WireException)
            {
                // Refused.
            }
        }

        Assert.That(read, Is.InRange(1, 1999), "some are read, some are not");
    }

    private static ByteString Bytes(MessageId id) => ByteString.CopyFrom(id.ToBytes());
}
