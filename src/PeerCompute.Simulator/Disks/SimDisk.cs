// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Disks;

/// <summary>A journal in memory: what is appended becomes durable after a while, in order; a crash loses the rest.</summary>
internal sealed class SimDisk(Spread latency, Choices chance)
{
    private readonly List<JournalEntry> _entries = [];

    /// <summary>All entries, durable or not.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries;

    /// <summary>Entries that survive a crash.</summary>
    public int Durable { get; private set; }

    /// <summary>Writes that became durable since the run began, those that were lost later included.</summary>
    public long WritesEver { get; private set; }

    /// <summary>True while a write is on its way; those after it wait and go together.</summary>
    public bool Writing { get; private set; }

    /// <summary>Whether each entry is a write of its own, so that a crash can come between any two.</summary>
    public bool OneByOne { get; set; }

    public void Append(JournalEntry entry) => _entries.Add(entry);

    /// <summary>Begins a write of what is not durable.</summary>
    /// <returns>How many entries are durable after it, and how long it takes.</returns>
    public (int UpTo, long Micros) Begin()
    {
        Writing = true;
        return (OneByOne ? Durable + 1 : _entries.Count, chance.Between(latency.Least, latency.Most));
    }

    public void Finish(int upTo)
    {
        Writing = false;
        WritesEver += upTo - Durable;
        Durable = upTo;
    }

    /// <summary>The power goes: only what is durable stays, less what a torn disk loses.</summary>
    public void Crash(int torn = 0)
    {
        Durable = Math.Max(0, Durable - torn);
        _entries.RemoveRange(Durable, _entries.Count - Durable);
        Writing = false;
    }
}
