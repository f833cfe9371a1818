// SPDX-License-Identifier: Apache-2.0
using System.Collections;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call: text entries by lower-case name.</summary>
public sealed class Metadata : IEnumerable<Metadata.Entry>
{
    private readonly List<Entry> _entries = [];

    /// <summary>Entries held.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an entry.</summary>
    /// <param name="key">Name; made lower case.</param>
    /// <param name="value">ASCII text.</param>
    public void Add(string key, string value) => _entries.Add(new Entry(key.ToLowerInvariant(), value));

    /// <summary>The first value of a name.</summary>
    /// <param name="key">Lower-case name.</param>
    /// <returns>The value, or null.</returns>
    public string? GetValue(string key) => _entries.Find(e => e.Key == key)?.Value;

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One entry.</summary>
    /// <param name="Key">Lower-case name.</param>
    /// <param name="Value">ASCII text.</param>
    public sealed record Entry(string Key, string Value);
}
