// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Core.Mesh;

/// <summary>The searches of a node: bounded, each with an end.</summary>
internal sealed class SearchList
{
    /// <summary>Searches at a time; a further one of the API ends at once, one of a job is tried again.</summary>
    public const int Most = 64;

    private readonly List<Search> _items = [];

    public IReadOnlyList<Search> Items => _items;

    public bool IsFull => _items.Count >= Most;

    public Instant NextWake
    {
        get
        {
            var next = Instant.Never;
            foreach (var search in _items) next = Instant.Min(next, search.Until);
            return next;
        }
    }

    public void Add(Search search) => _items.Add(search);

    public void Remove(Search search) => _items.Remove(search);
}
