// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Effects;
using PeerCompute.Core.Runs;

namespace PeerCompute.Simulator.Nodes;

/// <content>What the machine wants done.</content>
internal sealed partial class SimNode
{
    private void Apply(NodeEffect effect)
    {
        if (effect is Keep keep)
        {
            Disk.Append(keep.Entry);
            Lane.Counters.Kept++;
        }
        else if (effect.Binding && (_held.Count > 0 || Disk.Entries.Count > Disk.Durable))
        {
            _held.Enqueue((Disk.Entries.Count, effect));
        }
        else
        {
            Do(effect);
        }
    }

    private void Do(NodeEffect effect)
    {
        switch (effect)
        {
            case Say say:
                if (Send(say.To, say.Message)) _world.Notify(o => o.Said(this, say));
                break;
            case Reach reach:
                Reach(reach.Peer);
                break;
            case FetchBlobs fetch:
                Sandbox.Begin(fetch);
                break;
            case StartRun start:
                Sandbox.Start(start);
                break;
            case StopRun stop:
                StopWaiting(stop.Run);
                Sandbox.Stop(stop.Run);
                break;
            case IssueReceipt receipt:
                _world.Notify(o => o.Issued(this, receipt));
                break;
            case ShareBlobs share:
                Shares.Put(share.Scope, share.Issuer, share.Roots, share.Holders);
                break;
            case WithholdBlobs withhold:
                Shares.Remove(withhold.Scope);
                break;
            case DropBlobs drop:
                foreach (var root in drop.Roots)
                {
                    if (!Shares.Has(root) && !Pins.Has(root)) Shelf.Drop(root);
                }

                break;
            case KeepPeers keep:
                _book = keep.Book;
                break;
            case PinBlobs pin:
                Pins.Add(pin.Owner, pin.Roots);
                break;
            case UnpinBlobs unpin:
                Pins.Remove(unpin.Owner);
                break;
            case JobChanged or Note or SweepBlobs or HoldImage or ReleaseImage or SeekImage:
                break;
            default:
                if (!_world.Mesh.Do(this, effect)) _world.Violate("effects", $"node {Index} asked for {effect.GetType().Name}, which no shell knows");
                break;
        }
    }

    /// <summary>A run that waits for the journal can be stopped too.</summary>
    private void StopWaiting(RunKey run)
    {
        for (var i = _held.Count; i > 0; i--)
        {
            var held = _held.Dequeue();
            if (held.Effect is not StartRun start || start.Run != run) _held.Enqueue(held);
        }
    }
}
