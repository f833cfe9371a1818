// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Trust.Receipts;

/// <summary>Makes the one signed file of a finished job.</summary>
public static class ReceiptBuilder
{
    /// <summary>Builds and signs a receipt.</summary>
    /// <param name="signer">The issuer's key.</param>
    /// <param name="draft">What it is made of.</param>
    /// <returns>Bytes of the signed envelope: the receipt file.</returns>
    public static byte[] Build(ISigner signer, ReceiptDraft draft)
        => SignedEnvelope.Seal(signer, Domains.Signature, Domains.Receipt, draft.Spec.WithoutKeys().Encode()).Bytes.ToArray();
}
