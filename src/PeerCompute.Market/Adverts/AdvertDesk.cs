// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Market.Adverts;

/// <summary>
/// Our own advert: signed when somebody asks. The profile is signed anew every hour and when what we have changes, the status when the load
/// changes or it is half a minute old; never more than one of each in <see cref="SignEvery"/>, whatever strangers ask.
/// </summary>
/// <param name="signer">Our key.</param>
/// <param name="network">Our network.</param>
/// <param name="life">This life; sequences start over with it.</param>
public sealed class AdvertDesk(ISigner signer, NetworkId network, Incarnation life)
{
    /// <summary>Age at which the profile is signed anew: half its life, so that a provider record always leads to one that counts.</summary>
    public static readonly TimeSpan ProfileEvery = new(1, 0, 0);

    /// <summary>Age at which an unchanged status is signed anew: a quarter of its life, so that who asks gets most of it.</summary>
    public static readonly TimeSpan StatusEvery = new(0, 0, 30);

    /// <summary>At most one signature of each part in this time: a flood of queries costs no more. The advert of before is given meanwhile.</summary>
    public static readonly TimeSpan SignEvery = new(0, 0, 1);

    private Capabilities? _given;
    private SignedProfile? _profile;
    private SignedStatus? _status;
    private Instant _profileAt;
    private Instant _statusAt;
    private ulong _profiles;
    private ulong _statuses;

    /// <summary>Signatures made.</summary>
    public ulong Signatures => _profiles + _statuses;

    /// <summary>Answers a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="capabilities">What we have now (said as far as it fits); the same object while nothing changes.</param>
    /// <param name="load">How busy we are now.</param>
    /// <param name="now">Own time.</param>
    /// <returns>The status, with the profile unless the asker holds it.</returns>
    public AdvertAnswer Answer(AdvertQuery query, Capabilities capabilities, Load load, NodeTime now)
    {
        var (profile, status) = Current(capabilities, load, now);
        return new AdvertAnswer(query.Held == profile.Hash ? null : profile, status);
    }

    private (SignedProfile Profile, SignedStatus Status) Current(Capabilities capabilities, Load load, NodeTime now)
    {
        var first = _profile is null || _status is null;
        if (first || (ProfileIsDue(capabilities, now.Mono) && Rested(now.Mono))) SignProfile(capabilities, load, now);
        else if (StatusIsDue(load, now.Mono) && now.Mono - _statusAt >= SignEvery) SignStatus(load, now);
        Invariant.Check(_profile is not null && _status is not null);
        return (_profile, _status);
    }

    private bool Rested(Instant now) => now - _profileAt >= SignEvery && now - _statusAt >= SignEvery;

    private bool ProfileIsDue(Capabilities capabilities, Instant now)
        => !ReferenceEquals(capabilities, _given) || now - _profileAt >= ProfileEvery;

    private bool StatusIsDue(Load load, Instant now) => load != _status!.Status.Load || now - _statusAt >= StatusEvery;

    private void SignProfile(Capabilities capabilities, Load load, NodeTime now)
    {
        var wall = (ulong)now.WallMs;
        var header = new Header(life, _profiles++, Profile.ContextOf(network), Rules.Hash, wall);
        _profile = SignedProfile.Sign(signer, new Profile(header, network, wall + WireLimits.ProfileLifeMs, capabilities.Fitting()));
        _given = capabilities;
        _profileAt = now.Mono;
        SignStatus(load, now);
    }

    private void SignStatus(Load load, NodeTime now)
    {
        var wall = (ulong)now.WallMs;
        var header = new Header(life, _statuses++, Status.ContextOf(network), Rules.Hash, wall);
        _status = SignedStatus.Sign(signer, new Status(header, _profile!.Hash, wall + WireLimits.StatusLifeMs, load));
        _statusAt = now.Mono;
    }
}
