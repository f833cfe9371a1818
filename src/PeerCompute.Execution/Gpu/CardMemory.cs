// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;

namespace PeerCompute.Execution.Gpu;

/// <summary>
/// Which cards hold nothing of a program. A card counts as full from the moment something starts on it, until that says that it has filled all it had with
/// zeros: a
/// program that is killed says nothing. So does one that nothing has run on yet: who had it before is not known. Not safe for several threads.
/// </summary>
internal sealed class CardMemory
{
    private readonly HashSet<CardAddress> _empty = [];

    /// <summary>Whether nothing is left on it.</summary>
    /// <param name="card">The card.</param>
    public bool IsEmpty(CardAddress card) => _empty.Contains(card);

    /// <summary>Something starts on it.</summary>
    /// <param name="card">The card.</param>
    public void Fill(CardAddress card) => _empty.Remove(card);

    /// <summary>What ran on it has cleaned up.</summary>
    /// <param name="card">The card.</param>
    public void Empty(CardAddress card) => _empty.Add(card);
}
