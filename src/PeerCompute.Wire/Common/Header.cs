// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Wire.Common;

/// <summary>What every signed body starts with.</summary>
/// <param name="Incarnation">The signer's life.</param>
/// <param name="Sequence">Position within the context.</param>
/// <param name="Context">What the body is about: job id, offer id or lease id.</param>
/// <param name="Rules">Hash of the rules that both sides read.</param>
/// <param name="TimeMs">Signer's wall clock, Unix milliseconds.</param>
public sealed record Header(Incarnation Incarnation, ulong Sequence, Hash32 Context, Hash32 Rules, ulong TimeMs)
{
    internal V1.Header ToProto() => new()
    {
        Version = WireLimits.Version,
        Start = Incarnation.Start,
        Salt = Incarnation.Salt,
        Sequence = Sequence,
        Context = Canonical.Bytes(Context),
        Rules = Canonical.Bytes(Rules),
        TimeMs = TimeMs,
    };

    internal static Header From(V1.Header? m)
    {
        Canonical.Present(m, "header");
        Canonical.Within(m!.Version, WireLimits.Version, WireLimits.Version, "header.version");
        return new Header(
            new Incarnation(m.Start, m.Salt),
            m.Sequence,
            Canonical.Hash(m.Context, "header.context"),
            Canonical.Hash(m.Rules, "header.rules"),
            Canonical.Within(m.TimeMs, 0, long.MaxValue, "header.time_ms"));
    }
}
