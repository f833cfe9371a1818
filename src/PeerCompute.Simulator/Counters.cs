// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>What a run counts.</summary>
internal sealed class Counters
{
    public long Events { get; set; }

    public long Said { get; set; }

    public long Delivered { get; set; }

    public long Refused { get; set; }

    public long MessageBytes { get; set; }

    public long BlobBytes { get; set; }

    public long Kept { get; set; }

    public long Crashes { get; set; }

    /// <summary>Gossip RPCs sent.</summary>
    public long Gossip { get; set; }

    /// <summary>Questions put in the DHT.</summary>
    public long Dht { get; set; }

    /// <summary>Adverts asked for.</summary>
    public long Adverts { get; set; }

    /// <summary>Connections begun.</summary>
    public long Dials { get; set; }

    /// <summary>Sums counts of several lanes.</summary>
    public static Counters Sum(IEnumerable<Counters> all)
    {
        var sum = new Counters();
        foreach (var one in all)
        {
            sum.Events += one.Events;
            sum.Said += one.Said;
            sum.Delivered += one.Delivered;
            sum.Refused += one.Refused;
            sum.MessageBytes += one.MessageBytes;
            sum.BlobBytes += one.BlobBytes;
            sum.Kept += one.Kept;
            sum.Crashes += one.Crashes;
            sum.Gossip += one.Gossip;
            sum.Dht += one.Dht;
            sum.Adverts += one.Adverts;
            sum.Dials += one.Dials;
        }

        return sum;
    }

    /// <summary>What went over the network so far.</summary>
    public Traffic Traffic => new(Gossip, Dht, Adverts, Said, Dials);
}
