// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Market.Adverts;

/// <summary>An answer whose signatures were looked at: the book takes no other. Made outside the machine, on any thread.</summary>
public sealed record CheckedAdvert
{
    private CheckedAdvert(PeerId owner, AdvertAnswer answer, bool authentic) => (Owner, Answer, Authentic) = (owner, answer, authentic);

    /// <summary>The node that gave it, on an authenticated connection.</summary>
    public PeerId Owner { get; }

    /// <summary>The advert.</summary>
    public AdvertAnswer Answer { get; }

    /// <summary>Whether its owner signed every part.</summary>
    public bool Authentic { get; }

    /// <summary>Checks the signatures.</summary>
    /// <param name="owner">The peer of the connection that it came on: adverts are given by their owners only.</param>
    /// <param name="answer">The decoded answer.</param>
    /// <returns>The checked advert; a forged one says so.</returns>
    public static CheckedAdvert Of(PeerId owner, AdvertAnswer answer)
        => new(owner, answer, By(owner, answer.Status.Envelope) && (answer.Profile is null || By(owner, answer.Profile.Envelope)));

    private static bool By(PeerId owner, SignedEnvelope envelope) => envelope.Signer == owner && envelope.Verify(Domains.Signature);
}
