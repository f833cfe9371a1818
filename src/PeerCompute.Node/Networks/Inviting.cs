// SPDX-License-Identifier: Apache-2.0
using System.Net;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Invites;

namespace PeerCompute.Node.Networks;

/// <summary>Which addresses an invite names.</summary>
internal static class Inviting
{
    /// <summary>Shortest time that a line may be followed, milliseconds.</summary>
    public const ulong LeastMs = 60_000;

    /// <summary>Longest time that a line may be followed, milliseconds: a leap year.</summary>
    public const ulong MostMs = 366UL * 24 * 3600 * 1000;

    private const string ListenOnAll = "--listen /ip4/0.0.0.0/tcp/4001";

    /// <summary>Chooses addresses: those of other machines' sight, IPv4 first; those of this machine alone only where there is no other.</summary>
    /// <param name="listening">Where the node listens, without its peer id.</param>
    /// <returns>At most <see cref="Invite.AddressesMost"/>, and a warning where none of them serves another machine.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: the node listens on nothing.</exception>
    public static (IReadOnlyList<Multiaddr> Addresses, string Warning) Choose(IReadOnlyList<Multiaddr> listening)
    {
        var ranked = listening.Where(static a => a.Bytes.Length <= Invite.AddressBytes).Select(static a => (Address: a, Rank: Rank(a))).ToList();
        if (ranked.Count == 0)
        {
            throw new PeerComputeException(
                ErrorCode.Host, $"This node listens on nothing, so nobody can join through it: start its daemon with {ListenOnAll}.");
        }

        var alone = ranked.TrueForAll(static a => a.Rank == ThisMachine);
        var chosen = ranked.Where(a => alone || a.Rank != ThisMachine).OrderBy(static a => a.Rank).Select(static a => a.Address).Take(Invite.AddressesMost);
        var warning = $"The line names this machine alone: nobody on another one can follow it. To be reached, start the daemon with {ListenOnAll}.";
        return ([.. chosen], alone ? warning : "");
    }

    private const int ThisMachine = 2;

    private static int Rank(Multiaddr address)
    {
        if (!address.TryGetTcp(out var host, out _) || host.Protocol.Kind == MultiaddrKind.Name) return 0;
        var ip = new IPAddress(host.Value.Span);
        if (IPAddress.IsLoopback(ip)) return ThisMachine;
        return ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 0 : 1;
    }
}
