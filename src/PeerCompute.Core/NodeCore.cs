// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Issuing;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Core.Working;

namespace PeerCompute.Core;

/// <summary>The node: an issuer's desk and a worker's desk behind one door.</summary>
public sealed class NodeCore : INodeMachine
{
    private readonly NodeContext _node;
    private readonly IssuerDesk _issuer;
    private readonly WorkerDesk _worker;
    private bool _began;

    /// <summary>A node without a past; <see cref="Restore"/> gives it one.</summary>
    /// <param name="signer">Its key.</param>
    /// <param name="settings">What it lends and asks.</param>
    /// <param name="secrets">Unpredictable bytes.</param>
    /// <param name="choices">Repeatable chance.</param>
    public NodeCore(ISigner signer, NodeSettings settings, Secrets secrets, Choices choices)
    {
        _node = new NodeContext(signer, settings, secrets, choices);
        _issuer = new IssuerDesk(_node);
        _worker = new WorkerDesk(_node);
    }

    /// <inheritdoc/>
    public Instant NextWake => _node.Timers.Next;

    /// <inheritdoc/>
    public void Restore(JournalEntry entry)
    {
        Invariant.Check(!_began, "the journal is read before the first event");
        switch (entry)
        {
            case LifeBegan:
            case EquivocationSeen:
                break;
            case JobAdded e: _issuer.Restore(e); break;
            case OfferMade e: _issuer.Restore(e); break;
            case BidTaken e: _issuer.Restore(e); break;
            case JobEnded e: _issuer.Restore(e); break;
            case OutputsKept e: _issuer.Restore(e); break;
            case BidMade e: _worker.Restore(e); break;
            case EntryKept e when IsIssuers(e): _issuer.Restore(e.Kept); break;
            case EntryKept e: _worker.Restore(e.Kept); break;
            case ChainsCut e:
                _issuer.Restore(e);
                _worker.Restore(e);
                break;
            case TaskKept { Run.Role: RunRole.Confirm } e: _issuer.Restore(e); break;
            case TaskKept e: _worker.Restore(e); break;
            default: throw Invariant.Unreachable("every journal entry has a reader");
        }
    }

    /// <inheritdoc/>
    public void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        Invariant.Check(now.Mono >= _node.Now.Mono, "time does not run backwards");
        Invariant.Check(_began || e is NodeStarted, "a life begins with its start");
        _node.Now = now;
        _node.Effects = effects;
        Dispatch(e);
        while (_node.Timers.TryTake(now.Mono, out var unit))
        {
            if (_issuer.HasJob(unit)) _issuer.Look(unit);
            else _worker.Look(unit);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<JobView> Jobs() => _issuer.Views();

    /// <inheritdoc/>
    public JobView? Job(Hash32 jobId) => _issuer.View(jobId);

    /// <inheritdoc/>
    public IReadOnlyList<LeaseView> Work() => _worker.Views();

    private void Dispatch(NodeEvent e)
    {
        switch (e)
        {
            case NodeStarted s: Begin(s); break;
            case Tick: break;
            case PeerUp p: PeerUp(p.Peer); break;
            case PeerDown p: PeerDown(p.Peer); break;
            case PeerUnreachable p: _issuer.PeerUnreachable(p); break;
            case OfferCame o: _worker.OfferCame(o); break;
            case BidCame b: _issuer.BidCame(b); break;
            case DeclineCame d: _issuer.DeclineCame(d); break;
            case EntriesCame m when IsIssuers(m): _issuer.EntriesCame(m); break;
            case EntriesCame m: _worker.EntriesCame(m); break;
            case SyncCame m when _worker.Has(m.Message.LeaseId): _worker.SyncCame(m); break;
            case SyncCame m: _issuer.SyncCame(m); break;
            case SubmitJob s: _issuer.Submit(s.Job); break;
            case CancelJob c: _issuer.Cancel(c.JobId); break;
            case LendChanged c:
                _node.Settings = _node.Settings.Under(c.Terms);
                _worker.LendChanged();
                break;
            case StopWork s: _worker.Stop(s.Reason); break;
            case BlobsFetched { Fetch.Role: RunRole.Confirm } f: _issuer.BlobsFetched(f); break;
            case BlobsFetched f: _worker.BlobsFetched(f.Fetch); break;
            case BlobsFailed { Fetch.Role: RunRole.Confirm } f: _issuer.BlobsFailed(f); break;
            case BlobsFailed f: _worker.BlobsFailed(f); break;
            case TaskBegan: break;
            case TaskRan { Run.Role: RunRole.Confirm } t: _issuer.TaskRan(t); break;
            case TaskRan t: _worker.TaskRan(t); break;
            case RunBroke { Run.Role: RunRole.Confirm } r: _issuer.RunBroke(r); break;
            case RunBroke r: _worker.RunBroke(r); break;
            default: throw Invariant.Unreachable("every event has a reader");
        }
    }

    private void Begin(NodeStarted e)
    {
        Invariant.Check(!_began, "a life begins once");
        _began = true;
        _node.Incarnation = e.Incarnation;
        _node.Keep(new LifeBegan(e.Incarnation));
        _issuer.Begin();
        _worker.Begin();
    }

    private void PeerUp(PeerId peer)
    {
        _node.Up.Add(peer);
        _issuer.PeerUp(peer);
        _worker.PeerUp(peer);
    }

    private void PeerDown(PeerId peer)
    {
        _node.Up.Remove(peer);
        _issuer.PeerDown(peer);
    }

    /// <summary>Whether entries belong to a lease that we issued: one that we hold, or one whose award we signed and forgot.</summary>
    private bool IsIssuers(EntriesCame e)
        => _issuer.HasLease(e.Message.LeaseId)
            || (e.Message.Items.Length > 0 && e.Message.Items[0].Envelope.Signer == _node.Self && !_worker.Has(e.Message.LeaseId)
            && e.Message.Items[0].Entry.Body is Wire.Leases.Award);

    private bool IsIssuers(EntryKept e)
        => _issuer.HasLease(e.Kept.Entry.Header.Context)
            || (!_worker.Has(e.Kept.Entry.Header.Context) && e.Kept.Entry.Body is Wire.Leases.Award award && award.Lease.Issuer == _node.Self);
}
