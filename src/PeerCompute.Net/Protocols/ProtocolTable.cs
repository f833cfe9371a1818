// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Protocols;

/// <summary>Who handles which protocol, and how many streams of each are open per connection. Safe for all threads.</summary>
internal sealed class ProtocolTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Func<PeerStream, CancellationToken, Task> Run, int Most)> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<(Connection, string), int> _open = [];

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate) return [.. _handlers.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Sets the handler of a protocol.</summary>
    /// <returns>True when the protocol is new.</returns>
    public bool Set(string protocol, Func<PeerStream, CancellationToken, Task> handler, int most)
    {
        lock (_gate)
        {
            var isNew = !_handlers.ContainsKey(protocol);
            _handlers[protocol] = (handler, most);
            return isNew;
        }
    }

    public bool Supports(string protocol)
    {
        lock (_gate) return _handlers.ContainsKey(protocol);
    }

    /// <summary>Takes a place for a stream.</summary>
    /// <returns>The handler, null when too many streams of the protocol are open.</returns>
    public Func<PeerStream, CancellationToken, Task>? Enter(PeerStream stream)
    {
        lock (_gate)
        {
            var key = (stream.Connection, stream.Protocol);
            var (run, most) = _handlers[stream.Protocol];
            _open.TryGetValue(key, out var open);
            if (open >= most) return null;
            _open[key] = open + 1;
            return run;
        }
    }

    public void Leave(PeerStream stream)
    {
        lock (_gate)
        {
            var key = (stream.Connection, stream.Protocol);
            if (_open[key] == 1) _open.Remove(key);
            else _open[key]--;
        }
    }
}
