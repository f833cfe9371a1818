// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Network.Places;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Network;

[TestFixture]
internal sealed class PlaceMapTest
{
    private const string Graph = """
        graph [
          directed 0
          node [ id 0 host_bandwidth_up "1 Gbit" host_bandwidth_down "100 Mbit" ]
          node [ id 7 ]
          node [ id 3 ]
          edge [ source 0 target 0 latency "2 ms" ]
          edge [ source 0 target 7 latency "50 ms" packet_loss 0.0 ]
          edge [ source 7 target 3 latency "1500 us" ]
        ]
        """;

    [Test]
    public void Regions_are_as_far_apart_as_published_and_drawn_by_their_weights()
    {
        var map = new RegionMap();
        int europe = Place("europe"), east = Place("na_east"), africa = Place("south_africa");
        Assert.That(new[] { map.Micros(europe, east), map.Micros(east, europe), map.Micros(europe, europe), map.Micros(africa, africa) },
            Is.EqualTo(new[] { 70_000, 70_000, 2_000, 7_000 }));
        var counts = new int[map.Count];
        var fast = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var chance = Draw.Stream(1, "place", (ulong)i);
            var place = map.Draw(chance);
            counts[place]++;
            if (map.Bits(place, chance)!.Value.Up > 1_000_000_000) fast++;
        }

        // Binomial: five standard deviations of 20 000 draws are 350 at most.
        Assert.That(counts[europe], Is.EqualTo(20_000 * 5599 / 11_326).Within(350));
        Assert.That(counts[africa], Is.EqualTo(20_000 * 47 / 11_326).Within(50));
        Assert.That(fast, Is.EqualTo(4_000).Within(300));
    }

    [Test]
    public void Triples_are_halved_and_pairs_that_were_not_measured_take_the_median()
    {
        var map = TripleMap.Read(File("10 20 80000\n20 30 40000\n40 10 10000\n"));
        Assert.That(map.Count, Is.EqualTo(4));
        Assert.That(new[] { map.Micros(0, 1), map.Micros(1, 0), map.Micros(2, 1), map.Micros(0, 2), map.Micros(0, 0) },
            Is.EqualTo(new[] { 40_000, 40_000, 20_000, 20_000, 5_000 }));
    }

    [Test]
    public void Coordinates_give_the_distance_and_both_heights()
    {
        var map = CoordinateMap.Read(File("0 0 5\n30 40 10\n"));
        Assert.That(new[] { map.Micros(0, 1), map.Micros(1, 0), map.Micros(0, 0) }, Is.EqualTo(new[] { 32_500, 32_500, 5_000 }));
    }

    [Test]
    public void A_graph_gives_the_shortest_way_and_the_speed_of_its_hosts()
    {
        var map = GraphMap.Read(File(Graph));
        Assert.That(map.Count, Is.EqualTo(3));
        Assert.That(new[] { map.Micros(0, 0), map.Micros(0, 1), map.Micros(0, 2), map.Micros(2, 0) }, Is.EqualTo(new[] { 2_000, 50_000, 51_500, 51_500 }));
        Assert.That(map.Bits(0, Draw.Stream(1, "place")), Is.EqualTo((1_000_000_000L, 100_000_000L)));
        Assert.That(map.Bits(1, Draw.Stream(1, "place")), Is.Null);
    }

    [TestCase("triples", "1 2\n", "data:1: expected two numbers of points and a round trip")]
    [TestCase("triples", "\n", "holds no pair")]
    [TestCase("coordinates", "1 2 3\n1 2 -3\n", "data:2: expected x, y and a height")]
    [TestCase("coordinates", "NaN 2 3\n", "data:1: expected x, y")]
    [TestCase("graph", "graph [ node [ id 0 ]\n", "ends within a block")]
    [TestCase("graph", "]\n", "data:1: a ] that closes nothing")]
    [TestCase("graph", "graph [ a [ b [ c [ d [ e [ f [ g [ ] ] ] ] ] ] ] ]\n", "more than 8 deep")]
    [TestCase("graph", "graph [ node [ id 0 ] node [ id 0 ] ]\n", "two nodes have one id")]
    [TestCase("graph", "graph [ node [ id 0 ] node [ id 1 ] ]\n", "no way leads to")]
    [TestCase("graph", "graph [ node [ id 0 ]\nedge [ source 0 target 9 latency \"1 ms\" ] ]\n", "data:2: leads to a node that is not there")]
    [TestCase("graph", "graph [ node [ id 0 ]\nedge [ source 0 target 0 latency \"1 year\" ] ]\n", "data:2: 'latency' is '1 year', expected a time")]
    [TestCase("graph", "graph [ node [ id \"0 ]\n", "a text without its end")]
    public void What_is_no_map_is_refused_with_its_line(string kind, string text, string expected)
    {
        var refused = Assert.Throws<PeerComputeException>(() => _ = kind switch
        {
            "triples" => TripleMap.Read(File(text)),
            "coordinates" => CoordinateMap.Read(File(text)),
            _ => (PlaceMap)GraphMap.Read(File(text)),
        });
        Assert.That(refused!.Message, Does.Contain(expected));
    }

    private static int Place(string region) => Array.IndexOf(RegionMap.Names, region);

    private static DataFile File(string text) => new("data", Encoding.UTF8.GetBytes(text));
}
