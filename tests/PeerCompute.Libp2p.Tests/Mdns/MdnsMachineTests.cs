// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Tests;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Mdns;
using PeerCompute.Libp2p.Tests.Noise;

namespace PeerCompute.Libp2p.Tests.Mdns;

internal sealed class MdnsMachineTests
{
    // What @libp2p/mdns 12.0.32 sent: a PTR and a TXT record, uncompressed, both among the answers.
    private const string JsAnswer =
        "000084000000000200000000045f703270045f756470056c6f63616c00000c00010000007800513f34346e6133357a686d677675797568723673306e" +
        "79683978703879346575616278736f6131386d33617a7569696668796d35617077386c7438737634396b6a045f703270045f756470056c6f63616c00" +
        "3f34346e6133357a686d677675797568723673306e79683978703879346575616278736f6131386d33617a7569696668796d35617077386c74387376" +
        "34396b6a045f703270045f756470056c6f63616c000010000100000078005a59646e73616464723d2f6970342f3132372e302e302e312f7463702f33" +
        "343039352f7032702f313244334b6f6f574c5846794a6634625237676961634e58587243387a646638485348534e776f644647557353373277387864" +
        "41";

    private const string JsQuestion = "000000000001000000000000045f703270045f756470056c6f63616c00000c0001";

    private static readonly PeerId A = NoiseTalk.Key(1).PeerId;
    private static readonly PeerId B = NoiseTalk.Key(2).PeerId;
    private static readonly Instant Start = new(1_000_000);

    [Test]
    public void Two_nodes_of_one_network_find_each_other_by_their_local_addresses()
    {
        var a = Machine(1, "/ip4/192.168.1.5/tcp/4001", "/ip4/198.51.100.1/tcp/4001", "/dns4/example.org/tcp/4001");
        var b = Machine(2, "/ip4/10.0.0.1/tcp/4002", "/ip6/fe80::1/tcp/4002");
        var atA = new List<(PeerId Peer, string Addresses)>();
        var atB = new List<(PeerId Peer, string Addresses)>();
        for (var now = Start; now < Start + TimeSpan.FromSeconds(15); now += TimeSpan.FromMilliseconds(10))
        {
            foreach (var packet in a.Advance(now).Concat(b.Advance(now)))
            {
                atA.AddRange(a.Receive(packet, now).Select(f => (f.Peer, string.Join(' ', f.Addresses))));
                atB.AddRange(b.Receive(packet, now).Select(f => (f.Peer, string.Join(' ', f.Addresses))));
            }
        }

        Assert.That(atA, Is.EqualTo(new[] { (B, "/ip4/10.0.0.1/tcp/4002 /ip6/fe80::1/tcp/4002") }), "once in a minute");
        Assert.That(atB, Is.EqualTo(new[] { (A, "/ip4/192.168.1.5/tcp/4001") }), "local addresses only");
    }

    [Test]
    public void Packets_of_js_libp2p_are_read_and_our_question_is_the_same()
    {
        var machine = Machine(1, "/ip4/10.0.0.9/tcp/1");
        var (peer, addresses) = machine.Receive(Vectors.Hex(JsAnswer), Start).Single();
        Assert.That(peer.ToString(), Is.EqualTo("12D3KooWLXFyJf4bR7giacNXXrC8zdf8HSHSNwodFGUsS72w8xdA"));
        Assert.That(addresses.Select(a => a.ToString()), Is.EqualTo(new[] { "/ip4/127.0.0.1/tcp/34095" }));
        Assert.That(machine.Advance(Start + TimeSpan.FromSeconds(1)).Single().ToArray(), Is.EqualTo(Vectors.Hex(JsQuestion)));
        machine.Receive(Vectors.Hex(JsQuestion), Start + TimeSpan.FromSeconds(2));
        var answers = DnsPacket.Decode(machine.Advance(Start + TimeSpan.FromSeconds(3)).Single()).Answers;
        Assert.That(answers.Select(r => r.Type), Is.EqualTo(new[] { DnsRecord.Ptr, DnsRecord.Txt }), "as js answers");
    }

    [Test]
    public void Questions_come_ever_more_rarely_and_a_flood_of_them_gets_one_answer_a_second()
    {
        var machine = Machine(1, "/ip4/192.168.1.5/tcp/4001");
        var asked = new List<int>();
        var answers = 0;
        var query = new DnsPacket(false, [new DnsQuestion(MdnsMachine.Service, DnsRecord.Ptr)], []).Encode();
        for (var now = Start; now < Start + TimeSpan.FromMinutes(30); now += TimeSpan.FromMilliseconds(100))
        {
            if (now < Start + TimeSpan.FromSeconds(10)) machine.Receive(query, now);
            foreach (var packet in machine.Advance(now))
            {
                if (DnsPacket.Decode(packet).IsResponse) answers++;
                else asked.Add((int)(now - Start).TotalSeconds);
            }
        }

        Assert.That(asked.Take(4), Is.EqualTo(new[] { 0, 10, 30, 70 }).Within(1));
        Assert.That(asked.Zip(asked.Skip(1)).Max(p => p.Second - p.First), Is.LessThanOrEqualTo(301));
        Assert.That(answers, Is.InRange(5, 11));
    }

    [Test]
    public void A_node_that_listens_nowhere_does_not_answer()
    {
        var machine = Machine(1);
        machine.Receive(new DnsPacket(false, [new DnsQuestion(MdnsMachine.Service, DnsRecord.Ptr)], []).Encode(), Start);
        var packets = machine.Advance(Start + TimeSpan.FromSeconds(5));
        Assert.That(packets.Select(p => DnsPacket.Decode(p).IsResponse), Is.EqualTo(new[] { false }));
    }

    [Test]
    public void A_flood_of_peers_is_cut_at_its_bound()
    {
        var machine = Machine(1);
        var found = 0;
        for (var i = 0; i < 1000; i++)
        {
            var text = $"dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/{Kademlia.KadNetwork.RandomPeer(new Choices((ulong)i))}";
            found += machine.Receive(Response($"x.{MdnsMachine.Service}", text), Start).Length;
        }

        Assert.That(found, Is.EqualTo(MdnsMachine.MaxFound));
    }

    [TestCase("dnsaddr=/ip4/8.8.8.8/tcp/1/p2p/{0}", "a public address")]
    [TestCase("dnsaddr=/ip4/10.0.0.1/tcp/1", "no peer")]
    [TestCase("dnsaddr=/ip4/10.0.0.1/udp/1/p2p/{0}", "no TCP")]
    [TestCase("dnsaddr=/nonsense", "no address")]
    [TestCase("other=/ip4/10.0.0.1/tcp/1/p2p/{0}", "another key")]
    [TestCase("dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/{1}", "the node itself")]
    public void What_is_no_local_address_of_another_peer_is_dropped(string text, string why)
    {
        var packet = Response($"x.{MdnsMachine.Service}", string.Format(null, text, B, A));
        Assert.That(Machine(1).Receive(packet, Start), Is.Empty, why);
    }

    [Test]
    public void Compressed_names_and_several_texts_in_one_record_are_read()
    {
        // Question _p2p._udp.local; answers with names compressed against it: PTR, and TXT with two texts.
        const string Question = "0000 8400 0001 0002 0000 0000  045f703270 045f756470 056c6f63616c 00 000c 0001";
        const string Pointer = "c00c 000c 0001 00000078 0004 0161 c00c";
        var good = $"dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/{B}";
        var texts = new[] { "x=1", good }.SelectMany(t => new[] { (byte)t.Length }.Concat(System.Text.Encoding.ASCII.GetBytes(t))).ToArray();
        var text = $"0161 c00c 0010 8001 00000078 {texts.Length:x4}";
        var found = Machine(1).Receive((byte[])[.. Vectors.Hex(Question + Pointer + text), .. texts], Start);
        Assert.That(found.Single().Peer, Is.EqualTo(B));
    }

    [TestCase("c00c", "a pointer to itself")]
    [TestCase("c00e 0161 c00c", "a pointer forwards")]
    [TestCase("0161 c00c", "a loop")]
    [TestCase("40", "a label of 64 bytes")]
    [TestCase("05 61", "cut short")]
    public void Names_that_lead_nowhere_are_refused(string name, string why)
    {
        var packet = Vectors.Hex("0000 0000 0001 0000 0000 0000" + name);
        Assert.That(() => DnsPacket.Decode(packet), Throws.TypeOf<WireException>(), why);
    }

    [Test]
    public void Names_longer_than_255_bytes_and_packets_with_too_many_entries_are_refused()
    {
        var label = "3f" + string.Concat(Enumerable.Repeat("61", 63));
        var longName = string.Concat(Enumerable.Repeat(label, 5));
        Assert.That(() => DnsPacket.Decode(Vectors.Hex("0000 0000 0001 0000 0000 0000" + longName)), Throws.TypeOf<WireException>());
        Assert.That(() => DnsPacket.Decode(Vectors.Hex("0000 0000 ffff ffff ffff ffff")), Throws.TypeOf<WireException>());
    }

    [Test]
    public void Mutated_packets_are_read_or_dropped([Range(1, 10)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var machine = Machine(1, "/ip4/10.0.0.9/tcp/1");
        var good = Response($"x.{MdnsMachine.Service}", $"dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/{B}");
        for (var i = 0; i < 2000; i++)
        {
            var bad = good[..(good.Length - choices.Below(3))];
            for (var n = choices.Below(4); n >= 0; n--) bad[choices.Below(bad.Length)] = (byte)choices.Below(256);
            var now = Start + TimeSpan.FromMinutes(i);
            Assert.That(machine.Receive(bad, now).All(f => f.Peer != A && f.Addresses.Length > 0));
        }
    }

    private static byte[] Response(string name, string text) => new DnsPacket(true, [], [
        new DnsRecord(name, DnsRecord.Txt, 120, (byte[])[(byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)])]).Encode();

    private static MdnsMachine Machine(byte seed, params string[] addresses) =>
        new(NoiseTalk.Key(seed).PeerId, new Choices(seed), Start) { Addresses = [.. addresses.Select(Multiaddr.Parse)] };
}
