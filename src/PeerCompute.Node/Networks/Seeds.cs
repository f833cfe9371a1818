// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Networks;

/// <summary>The peers that an operator named in the configuration.</summary>
internal static class Seeds
{
    /// <summary>Reads them.</summary>
    /// <param name="addresses">Multiaddresses, each ending in a peer id.</param>
    /// <param name="log">Told of those that are none; the others count.</param>
    public static ImmutableArray<Contact> Of(ImmutableArray<string> addresses, Action<string> log)
    {
        var seeds = new List<Contact>();
        foreach (var text in addresses)
        {
            try
            {
                var address = Multiaddr.Parse(text);
                if (address.Peer.IsNone) throw new WireException("address", "does not end in /p2p/PEER");
                var known = seeds.FindIndex(seed => seed.Peer == address.Peer);
                if (known < 0) seeds.Add(new Contact(address.Peer, [address.WithoutPeer()]));
                else seeds[known] = seeds[known] with { Addresses = seeds[known].Addresses.Add(address.WithoutPeer()) };
            }
            catch (WireException e)
            {
                log($"bootstrap: '{text}' is no address of a peer ({e.Message}); the node starts without it.");
            }
        }

        return [.. seeds];
    }
}
