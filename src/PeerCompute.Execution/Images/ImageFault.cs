// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images;

/// <summary>What can be wrong with an image, as errors that say what, how much is allowed, and what to do.</summary>
internal static class ImageFault
{
    /// <summary>It does not have the promised form.</summary>
    public static PeerComputeException Bad(string what, Exception? inner = null) => new(ErrorCode.BadInput, what, inner);

    /// <summary>A bound is reached.</summary>
    public static PeerComputeException Limit(string what) => new(ErrorCode.LimitExceeded, what);

    /// <summary>Bytes are not those that were named.</summary>
    public static PeerComputeException NotAuthentic(string what) => new(ErrorCode.NotAuthentic, what + ": copy the image again from where it was made");

    /// <summary>Something is not there.</summary>
    public static PeerComputeException NotFound(string what) => new(ErrorCode.NotFound, what);
}
