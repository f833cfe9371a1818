// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace PeerCompute.Architecture.Tests.Il;

/// <summary>What pure rooms are made of: the scan has nothing to say about it.</summary>
internal sealed record Blameless(int Number, string Text, ImmutableArray<byte> Bytes)
{
    private readonly SortedDictionary<int, string> _ordered = [];

    private static int _once;

    public event Action? Changed;

    public TimeSpan Wait => TimeSpan.FromTicks(Number);

    public IEnumerable<int> Numbers()
    {
        foreach ((int number, string text) in _ordered)
        {
            yield return number + text.Length;
        }
    }

    public string Words() => $"{Number} {Text} {SHA256.HashData(Bytes.AsSpan())[0]:x2}";

    public int Chosen() => Number switch { 0 => 7, 1 => 5, 2 => 3, 3 => 2, 4 => 9, _ => 1 };

    public bool First()
    {
        Changed?.Invoke();
        return Interlocked.Exchange(ref _once, 1) == 0 && _ordered.Where(item => item.Key > Number).Any();
    }
}
