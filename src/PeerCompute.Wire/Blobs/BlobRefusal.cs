// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Blobs;

/// <summary>
/// Why a blob is not served. All but the last say something about the token alone, so who has no good token hears the same for
/// every root, known or not.
/// </summary>
public enum BlobRefusal
{
    /// <summary>It is served.</summary>
    None = 0,

    /// <summary>The request has no token, and the blob is not public.</summary>
    NoToken = 1,

    /// <summary>The bytes are no token, or its signature is not good.</summary>
    BadToken = 2,

    /// <summary>The token is for another peer than the one that asks.</summary>
    OtherHolder = 3,

    /// <summary>The token's time is over.</summary>
    Expired = 4,

    /// <summary>The blob is not here, or the token's signer did not issue what it belongs to, or that has ended; which of them is not told.</summary>
    NotServed = 5,
}
