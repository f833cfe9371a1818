// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>How an attempt ended.</summary>
internal enum Verdict
{
    /// <summary>It got what it wanted.</summary>
    Escaped = 0,

    /// <summary>A wall stopped it.</summary>
    Stopped = 1,

    /// <summary>It could not be made: the fault of the suite or of this machine.</summary>
    Misused = 2,
}
