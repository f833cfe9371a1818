// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests.Runs;

/// <summary>Children of one kind, which make attempts.</summary>
internal interface IChildren : IAsyncDisposable
{
    /// <summary>How they are walled in, for the report.</summary>
    string Isolation { get; }

    /// <summary>Makes one attempt, and judges what it left behind.</summary>
    Task<Seen> TryAsync(Attempt attempt);
}
