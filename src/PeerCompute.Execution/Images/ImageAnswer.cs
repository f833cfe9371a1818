// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>Whether an image may run here.</summary>
public enum ImageAnswer
{
    /// <summary>The owner does not know it, and did not want to be asked.</summary>
    Refused,

    /// <summary>The owner wants to be asked.</summary>
    Ask,

    /// <summary>The owner allowed it.</summary>
    Allowed,
}
