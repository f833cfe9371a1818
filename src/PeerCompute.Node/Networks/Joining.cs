// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Invites;

namespace PeerCompute.Node.Networks;

/// <summary>Following an invite line: the same whether a daemon runs or not.</summary>
public static class Joining
{
    /// <summary>Most bootstrap addresses kept in a home.</summary>
    public const int BootstrapMost = 16;

    /// <summary>Reads a line that may be followed now.</summary>
    /// <param name="line">A person's text.</param>
    /// <param name="self">Who follows it.</param>
    /// <param name="now">The time.</param>
    /// <returns>The invite.</returns>
    /// <exception cref="PeerComputeException">The line is damaged, forged, expired, or this node's own; says what to do.</exception>
    public static Invite Read(string line, PeerId self, DateTimeOffset now)
    {
        Invite invite;
        try
        {
            invite = Invite.FromLine(line);
        }
        catch (InviteException e)
        {
            throw new PeerComputeException(e.Fault == InviteFault.NotAuthentic ? ErrorCode.NotAuthentic : ErrorCode.BadInput, e.Message, e);
        }

        if (invite.Inviter == self)
            throw new PeerComputeException(ErrorCode.Usage, "This node itself wrote the line: join with it on another machine or home.");
        if (!invite.IsOver((ulong)now.ToUnixTimeMilliseconds())) return invite;
        throw new PeerComputeException(ErrorCode.Refused,
            $"The invite expired at {Moment((long)invite.ExpiresMs)}: ask {invite.Inviter} for a new line ('peercompute invite').");
    }

    /// <summary>A home's configuration after joining.</summary>
    /// <param name="config">What was decided before.</param>
    /// <param name="invite">The invite.</param>
    /// <param name="force">Leaves another network.</param>
    /// <returns>The network and, first of the bootstrap addresses, the invite's.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>: the home belongs to another network.</exception>
    public static HomeConfig Join(HomeConfig config, Invite invite, bool force)
    {
        var stays = config.Network == invite.Network;
        if (!stays) CheckLeaves(config.Network, invite.Network, force);
        var addresses = invite.Dialable.Select(static a => a.ToString()).Concat(stays ? config.Bootstrap : []);
        return config with { Network = invite.Network, Bootstrap = [.. addresses.Distinct().Take(BootstrapMost)] };
    }

    /// <summary>Refuses to leave an own network silently.</summary>
    /// <param name="from">The network of the home.</param>
    /// <param name="to">The other network.</param>
    /// <param name="force">Leaves it all the same.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>.</exception>
    public static void CheckLeaves(NetworkId from, NetworkId to, bool force)
    {
        if (force || from == NetworkId.Open || from == to) return;
        throw new PeerComputeException(ErrorCode.Refused,
            $"This node belongs to network {from}, the other is {to}: use another home ('--home DIR'), or leave the network with --force.");
    }

    /// <summary>A moment for people.</summary>
    /// <param name="unixMs">Unix milliseconds, up to the year 9999.</param>
    /// <returns>For example <c>2027-01-15 08:00 UTC</c>.</returns>
    public static string Moment(long unixMs)
        => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
