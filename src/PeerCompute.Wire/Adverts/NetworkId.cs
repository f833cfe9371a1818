// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>The rule for network ids: nodes of different networks share no advert, whoever carries it.</summary>
public static class NetworkId
{
    /// <summary>Checks an id.</summary>
    /// <param name="text">1 to <see cref="WireLimits.LabelBytes"/> characters of printable ASCII without slash and space: it is a part of bucket names.</param>
    /// <param name="field">Where it stands, for the error.</param>
    /// <returns>The id.</returns>
    /// <exception cref="Base.Errors.WireException">Anything else.</exception>
    public static string Checked(string text, string field) => Canonical.Segment(text, WireLimits.LabelBytes, field);
}
