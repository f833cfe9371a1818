// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Blobs;

/// <summary>Tokens of a test, and a gate with a clock that stands still.</summary>
internal static class Tokens
{
    public const long NowMs = 1_000_000;

    public static Hash32 Job { get; } = Hash32.Of("job"u8);

    public static Hash32 Lease { get; } = Hash32.Of("lease"u8);

    public static BlobGate Gate() => new(static () => NowMs);

    public static SignedToken Inputs(KeyPair issuer, PeerId holder, Hash32? job = null, ulong notAfterMs = NowMs)
        => Sign(issuer, BlobScope.Inputs, holder, job ?? Job, notAfterMs);

    public static SignedToken Outputs(KeyPair issuer, PeerId holder) => Sign(issuer, BlobScope.Outputs, holder, Job, NowMs);

    private static SignedToken Sign(KeyPair issuer, BlobScope scope, PeerId holder, Hash32 job, ulong notAfterMs)
    {
        var header = new Header(new Incarnation(1, 2), 0, BlobToken.ContextOf(job, Lease, scope, holder), Rules.Hash, NowMs);
        return SignedToken.Sign(issuer, new BlobToken(header, job, Lease, scope, holder, notAfterMs));
    }
}
