// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Which node a peer id is: open addressing over the first word of its key, which is as good as random.</summary>
internal sealed class PeerIndex
{
    private readonly PeerId[] _ids;
    private readonly int[] _slots;

    public PeerIndex(PeerId[] ids)
    {
        _ids = ids;
        var size = 16;
        while (size < 2 * ids.Length) size *= 2;
        _slots = new int[size];
        for (var i = 0; i < ids.Length; i++)
        {
            var slot = Home(ids[i]);
            while (_slots[slot] != 0) slot = (slot + 1) & (size - 1);
            _slots[slot] = i + 1;
        }
    }

    /// <summary>The node's index; -1 for a stranger.</summary>
    public int Of(PeerId id)
    {
        for (var slot = Home(id); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_ids[_slots[slot] - 1] == id) return _slots[slot] - 1;
        }

        return -1;
    }

    private int Home(PeerId id) => (int)((id.FirstWord * 0x9E3779B97F4A7C15UL) >> 33) & (_slots.Length - 1);
}
