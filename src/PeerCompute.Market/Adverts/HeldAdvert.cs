// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>One node's advert as the book holds it.</summary>
/// <param name="Owner">The node.</param>
/// <param name="Profile">What it has.</param>
/// <param name="ProfileUntil">Until when that counts, own monotonic clock.</param>
/// <param name="Status">How busy it is.</param>
/// <param name="StatusUntil">Until when that counts, own monotonic clock.</param>
public sealed record HeldAdvert(PeerId Owner, SignedProfile Profile, Instant ProfileUntil, SignedStatus Status, Instant StatusUntil)
{
    /// <summary>What it has.</summary>
    public Capabilities Capabilities => Profile.Profile.Capabilities;

    /// <summary>How busy it is, as far as that is still known.</summary>
    /// <param name="now">Own monotonic clock.</param>
    /// <returns>Null once the status is too old.</returns>
    public Load? LoadAt(Instant now) => now < StatusUntil ? Status.Status.Load : null;
}
