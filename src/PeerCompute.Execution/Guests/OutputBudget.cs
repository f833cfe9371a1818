// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Guests;

/// <summary>The bytes that one task may write: files as long as they exist, standard output and error for good.</summary>
/// <param name="limit">Bytes.</param>
internal sealed class OutputBudget(long limit)
{
    /// <summary>Bytes in use.</summary>
    public long Used { get; private set; }

    /// <summary>Whether a write was refused.</summary>
    public bool Refused { get; private set; }

    /// <summary>Takes bytes, or gives them back where negative.</summary>
    /// <returns>False if the limit does not allow it; nothing is taken then.</returns>
    public bool TryTake(long bytes)
    {
        if (bytes > limit - Used)
        {
            Refused = true;
            return false;
        }

        Used += bytes;
        return true;
    }
}
