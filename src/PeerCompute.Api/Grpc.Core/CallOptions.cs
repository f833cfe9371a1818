// SPDX-License-Identifier: Apache-2.0
namespace Grpc.Core;

/// <summary>What a caller may say about a call.</summary>
/// <param name="headers">Request headers.</param>
/// <param name="deadline">When the call has to be over, UTC.</param>
/// <param name="cancellationToken">Ends the call.</param>
public readonly struct CallOptions(Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default)
{
    /// <summary>Request headers.</summary>
    public Metadata? Headers { get; } = headers;

    /// <summary>When the call has to be over, UTC.</summary>
    public DateTime? Deadline { get; } = deadline;

    /// <summary>Ends the call.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}
