// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Net.Gossip;

/// <summary>
/// Who owns the router. Called from any thread; of one peer, calls come in order: up, then what it sends, then down. Nothing here may take long or call
/// back: hand it to a queue.
/// </summary>
public interface IGossipShell
{
    /// <summary>A peer speaks gossip: it can be sent to. Said again when its stream had to be opened anew, and what waited for it is lost.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="outbound">True when we dialled it.</param>
    void PeerUp(PeerId peer, bool outbound);

    /// <summary>A peer is gone.</summary>
    /// <param name="peer">The peer.</param>
    void PeerDown(PeerId peer);

    /// <summary>An RPC has come. The next one of this peer is not read before the task ends: waiting here slows the peer down.</summary>
    /// <param name="peer">From whom.</param>
    /// <param name="rpc">The RPC.</param>
    /// <param name="cancel">Ends with the stream.</param>
    /// <returns>When taken.</returns>
    ValueTask ReceivedAsync(PeerId peer, GossipRpc rpc, CancellationToken cancel);

    /// <summary>A peer sent what is no RPC, or one beyond the bounds. Its stream is reset.</summary>
    /// <param name="peer">The peer.</param>
    void Malformed(PeerId peer);
}
