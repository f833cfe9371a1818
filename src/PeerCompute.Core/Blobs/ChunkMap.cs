// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Blobs;

/// <summary>Which chunks of a blob are here, asked for, or neither.</summary>
internal sealed class ChunkMap(int chunks)
{
    private const byte Missing = 0;
    private const byte OnTheWay = 1;
    private const byte Here = 2;

    private readonly byte[] _states = new byte[chunks];
    private int _from;

    public int Count => _states.Length;

    /// <summary>Chunks that are not here.</summary>
    public int Left { get; private set; } = chunks;

    /// <summary>Chunks that are neither here nor asked for.</summary>
    public int Unasked { get; private set; } = chunks;

    /// <summary>A chunk is here.</summary>
    public void Keep(int chunk)
    {
        if (_states[chunk] == Here) return;
        if (_states[chunk] == Missing) Unasked--;
        _states[chunk] = Here;
        Left--;
    }

    /// <summary>A chunk is asked for.</summary>
    public void Ask(int chunk)
    {
        if (_states[chunk] != Missing) return;
        _states[chunk] = OnTheWay;
        Unasked--;
    }

    /// <summary>A chunk that was asked for will not come.</summary>
    public void Return(int chunk)
    {
        if (_states[chunk] != OnTheWay) return;
        _states[chunk] = Missing;
        Unasked++;
        _from = Math.Min(_from, chunk);
    }

    /// <summary>The first chunks in a row that are neither here nor asked for.</summary>
    /// <param name="most">Most of them.</param>
    public (int First, int Count) NextRun(int most)
    {
        while (_from < _states.Length && _states[_from] != Missing) _from++;
        var count = 0;
        while (count < most && _from + count < _states.Length && _states[_from + count] == Missing) count++;
        return (_from, count);
    }
}
