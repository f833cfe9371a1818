// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Common;

/// <summary>Who confirms a result before it is paid.</summary>
public enum ConfirmedBy
{
    /// <summary>The issuer's own node re-executes the whole range.</summary>
    Issuer = 1,
}

/// <summary>How a result is confirmed. The pool is what both sides sign; draws come from it alone.</summary>
/// <param name="By">Who confirms.</param>
/// <param name="PoolRoot">Merkle root of the pool.</param>
/// <param name="PoolSize">Members of the pool; 0 with <see cref="ConfirmedBy.Issuer"/>.</param>
public sealed record VerificationTerms(ConfirmedBy By, Hash32 PoolRoot, uint PoolSize)
{
    /// <summary>Terms between two machines: the issuer re-executes everything, nobody is drawn.</summary>
    public static VerificationTerms Issuer { get; } = new(ConfirmedBy.Issuer, MerkleTree.Root([]), 0);

    internal V1.VerificationTerms ToProto() => new()
    {
        By = (V1.VerificationTerms.Types.By)By,
        PoolRoot = Canonical.Bytes(PoolRoot),
        PoolSize = PoolSize,
    };

    internal static VerificationTerms From(V1.VerificationTerms? m)
    {
        Canonical.Present(m, "verification");
        if (m!.By != V1.VerificationTerms.Types.By.Issuer)
            throw new WireException("verification.by", $"{(int)m.By} is not known; this version knows 1, by the issuer");
        var terms = new VerificationTerms(ConfirmedBy.Issuer, Canonical.Hash(m.PoolRoot, "verification.pool_root"), m.PoolSize);
        if (terms.PoolSize != 0) throw new WireException("verification.pool_size", "draws and panels need a pool; this version has the empty one");
        if (terms.PoolRoot != Issuer.PoolRoot) throw new WireException("verification.pool_root", "is not the root of the empty pool");
        return terms;
    }
}
