// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Common;

/// <summary>Who confirms a result before it is paid.</summary>
public enum ConfirmedBy
{
    /// <summary>The issuer's own node re-executes the whole range.</summary>
    Issuer = 1,

    /// <summary>Other workers of the pool run the same range, drawn after the first one committed; equal outputs confirm each other.</summary>
    Replicas = 2,
}

/// <summary>How a result is confirmed.</summary>
/// <param name="By">Who confirms.</param>
/// <param name="Replicas">Equal outputs of different workers that a task needs, the first worker's included; 0 with
/// <see cref="ConfirmedBy.Issuer"/>.</param>
public sealed record VerificationTerms(ConfirmedBy By, uint Replicas)
{
    /// <summary>Fewest replicas: one worker confirms nothing.</summary>
    public const uint ReplicasLeast = 2;

    /// <summary>Most replicas.</summary>
    public const uint ReplicasMost = 5;

    /// <summary>Whether outputs that the spec's comparators find alike count as equal; the issuer compares them.</summary>
    public bool Tolerant { get; init; }

    /// <summary>Terms between two machines: the issuer re-executes everything, nobody is drawn.</summary>
    public static VerificationTerms Issuer { get; } = new(ConfirmedBy.Issuer, 0);

    /// <summary>Fewest workers that must have bid: the replicas and one more, so that a disagreement can be decided.</summary>
    public uint PoolLeast => By == ConfirmedBy.Replicas ? Replicas + 1 : 0;

    /// <summary>Terms by which drawn workers confirm each other.</summary>
    /// <param name="replicas">Equal outputs needed, 2 to 5.</param>
    /// <returns>The terms.</returns>
    public static VerificationTerms Of(uint replicas) => new(ConfirmedBy.Replicas, replicas);

    internal V1.VerificationTerms ToProto() => new()
    {
        By = (V1.VerificationTerms.Types.By)By,
        Replicas = Replicas,
        Tolerant = Tolerant,
    };

    internal static VerificationTerms From(V1.VerificationTerms? m)
    {
        Canonical.Present(m, "verification");
        if (m!.By is not (V1.VerificationTerms.Types.By.Issuer or V1.VerificationTerms.Types.By.Replicas))
            throw new WireException("verification.by", $"{(int)m.By} is not known; this version knows 1, by the issuer, and 2, by replicas");
        var by = (ConfirmedBy)m.By;
        var (least, most) = by == ConfirmedBy.Issuer ? (0U, 0U) : (ReplicasLeast, ReplicasMost);
        if (m.Tolerant && by == ConfirmedBy.Issuer) throw new WireException("verification.tolerant", "stands beside by = issuer: replicas are compared");
        return new VerificationTerms(by, (uint)Canonical.Within(m.Replicas, least, most, "verification.replicas")) { Tolerant = m.Tolerant };
    }
}
