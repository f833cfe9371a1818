// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator;

/// <summary>Messages by what they are for. An answer is counted with its question.</summary>
/// <param name="Gossip">Gossip RPCs, control and messages.</param>
/// <param name="Dht">Questions put in the DHT.</param>
/// <param name="Adverts">Adverts asked for.</param>
/// <param name="Market">Offers, bids, declines, entries of leases.</param>
/// <param name="Dials">Connections begun.</param>
public readonly record struct Traffic(long Gossip, long Dht, long Adverts, long Market, long Dials)
{
    /// <summary>What was sent since an earlier moment.</summary>
    /// <param name="earlier">The traffic until then.</param>
    public Traffic Since(Traffic earlier)
        => new(Gossip - earlier.Gossip, Dht - earlier.Dht, Adverts - earlier.Adverts, Market - earlier.Market, Dials - earlier.Dials);

    /// <summary>This times a fraction, rounded down.</summary>
    /// <param name="times">Numerator.</param>
    /// <param name="over">Denominator, above 0.</param>
    public Traffic Scaled(long times, long over)
        => new(Gossip * times / over, Dht * times / over, Adverts * times / over, Market * times / over, Dials * times / over);
}
