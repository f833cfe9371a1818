// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Replays;

/// <summary>Remembers the last events of one node's machines, in all its lives. It changes nothing.</summary>
/// <param name="most">How many.</param>
/// <param name="now">The run's clock, microseconds.</param>
/// <param name="indexOf">Number of a peer, or -1 for a stranger.</param>
internal sealed class EventRecorder(int most, Func<long> now, Func<PeerId, int> indexOf)
{
    private readonly Queue<(long AtMicros, NodeEvent Event, List<string> Effects)> _last = new();

    /// <summary>What was remembered, oldest first.</summary>
    public IReadOnlyList<HandledEvent> Last => [.. _last.Select(e => new HandledEvent(e.AtMicros, Words(e.Event), e.Effects))];

    /// <summary>A machine whose events are remembered.</summary>
    public INodeMachine Around(INodeMachine machine) => new Watched(machine, this);

    private List<string> Begin(NodeEvent e)
    {
        if (_last.Count == most) _last.Dequeue();
        var effects = new List<string>();
        _last.Enqueue((now(), e, effects));
        return effects;
    }

    /// <summary>An event in a line: its kind and those of its values that are short.</summary>
    private string Words(NodeEvent e)
    {
        var words = new List<string> { e.GetType().Name };
        foreach (var property in e.GetType().GetProperties())
        {
            var word = property.GetValue(e) switch
            {
                PeerId peer => indexOf(peer) is var index and >= 0 ? $"node {index}" : peer.ToString(),
                Hash32 hash => hash.Short(),
                RunKey run => $"{run.LeaseId.Short()} ({run.Role})",
                PeerMessage message => message.GetType().Name,
                string text => text,
                bool or int or uint or long or ulong or Enum => Convert.ToString(property.GetValue(e), CultureInfo.InvariantCulture)!,
                _ => null,
            };
            if (word is not null) words.Add($"{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}={word}");
        }

        return string.Join(' ', words);
    }

    private sealed class Watched(INodeMachine machine, EventRecorder recorder) : MachineWrapper(machine)
    {
        private List<string> _effects = [];

        protected override NodeEvent In(NodeEvent e)
        {
            _effects = recorder.Begin(e);
            return e;
        }

        protected override NodeEffect? Out(NodeEffect effect)
        {
            _effects.Add(effect is Keep keep ? $"Keep {keep.Entry.GetType().Name}" : effect.GetType().Name);
            return effect;
        }
    }
}
