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

    public long Violations { get; set; }

    /// <summary>Gossip RPCs sent.</summary>
    public long Gossip { get; set; }

    /// <summary>Questions put in the DHT.</summary>
    public long Dht { get; set; }

    /// <summary>Adverts asked for.</summary>
    public long Adverts { get; set; }

    /// <summary>Connections begun.</summary>
    public long Dials { get; set; }

    /// <summary>What went over the network so far.</summary>
    public Traffic Traffic => new(Gossip, Dht, Adverts, Said, Dials);
}
