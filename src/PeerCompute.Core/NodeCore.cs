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
using PeerCompute.Core.Mesh;
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
    private readonly MeshDesk _mesh;
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
        _mesh = new MeshDesk(_node, peer => _issuer.IsWith(peer) || _worker.IsWith(peer))
        {
            HeardOffer = _worker.OfferHeard,
            EndedOffer = _worker.OfferEnded,
            FoundWorker = _issuer.FoundWorker,
            Business = _worker.Business,
        };
        _node.Mesh = _mesh;
    }

    /// <inheritdoc/>
    public Instant NextWake => _began ? Instant.Min(_node.Timers.Next, _mesh.NextWake) : Instant.Never;

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
            case ResultsReleased e when _issuer.HasJob(e.Unit): _issuer.Restore(e); break;
            case ResultsReleased e: _worker.Restore(e); break;
            case BidMade e: _worker.Restore(e); break;
            case EntryKept e when IsIssuers(e): _issuer.Restore(e.Kept); break;
            case EntryKept e: _worker.Restore(e.Kept); break;
            case ChainsCut e:
                _issuer.Restore(e);
                _worker.Restore(e);
                break;
            case CheckpointKept { Run.Role: RunRole.Confirm } e: _issuer.Restore(e); break;
            case CheckpointKept e: _worker.Restore(e); break;
            case CheckpointsRejected e: _issuer.Restore(e); break;
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

        _mesh.Advance();
    }

    /// <inheritdoc/>
    public IReadOnlyList<JobView> Jobs() => _issuer.Views();

    /// <inheritdoc/>
    public JobView? Job(Hash32 jobId) => _issuer.View(jobId);

    /// <inheritdoc/>
    public IReadOnlyList<LeaseView> Work() => _worker.Views();

    /// <inheritdoc/>
    public MeshView Mesh() => _mesh.View();

    /// <inheritdoc/>
    public IReadOnlyList<Holding> Holdings()
    {
        var held = new List<Holding>();
        _mesh.AddHoldings(held);
        var (worked, issued) = (_worker.AddHoldings(held), _issuer.AddHoldings(held));
        held.Add(new Holding("timers", _node.Timers.Count, worked + issued));
        return held;
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerId>? MeshPeers() => _mesh.MeshPeers;

    /// <inheritdoc/>
    public JobExplanation? Explain(Hash32 jobId)
    {
        if (_issuer.NeedsOf(jobId) is not { } needs) return null;
        var found = _mesh.Explain(needs);
        return new JobExplanation(jobId, found.Seen, found.Fits, found.Lines, _issuer.WorkersOf(jobId));
    }

    private void Dispatch(NodeEvent e)
    {
        switch (e)
        {
            case AddressesChanged a: _mesh.AddressesChanged(a.Addresses); break;
            case CapabilitiesKnown c: _mesh.CapabilitiesKnown(c.Capabilities); break;
            case PeersRemembered p: _mesh.PeersRemembered(p); break;
            case PeersHeard p: _mesh.PeersHeard(p); break;
            case PeerIdentified p: PeerIdentified(p); break;
            case GossipUp g: _mesh.GossipUp(g); break;
            case GossipDown g: _mesh.GossipDown(g); break;
            case GossipCame g: _mesh.GossipCame(g); break;
            case GossipBroken g: _mesh.GossipBroken(g); break;
            case GossipChecked g: _mesh.GossipChecked(g); break;
            case AnnounceDue a: _mesh.AnnounceDue(a); break;
            case ForwardCame f: _mesh.ForwardCame(f); break;
            case KadAsked k: _mesh.KadAsked(k); break;
            case KadAnswered k: _mesh.KadAnswered(k); break;
            case KadFailed k: _mesh.KadFailed(k); break;
            case AdvertAsked a: _mesh.AdvertAsked(a); break;
            case AdvertCame a: _mesh.AdvertCame(a); break;
            case AdvertFailed a: _mesh.AdvertFailed(a); break;
            case SearchWorkers s: _mesh.SearchWorkers(s); break;
            case NodeStarted s: Begin(s); break;
            case Tick: break;
            case PeerUp p: PeerUp(p.Peer); break;
            case PeerDown p: PeerDown(p.Peer); break;
            case PeerUnreachable p:
                _mesh.PeerUnreachable(p);
                _issuer.PeerUnreachable(p);
                break;
            case OfferCame o: _worker.OfferCame(o); break;
            case BidCame b: _issuer.BidCame(b); break;
            case DeclineCame d: _issuer.DeclineCame(d); break;
            case EntriesCame m when IsIssuers(m): _issuer.EntriesCame(m); break;
            case EntriesCame m: _worker.EntriesCame(m); break;
            case SecretsCame m: _worker.SecretsCame(m); break;
            case LiveCame m: _issuer.LiveCame(m); break;
            case SyncCame m when _worker.Has(m.Message.LeaseId): _worker.SyncCame(m); break;
            case SyncCame m: _issuer.SyncCame(m); break;
            case SubmitJob s: _issuer.Submit(s.Job); break;
            case ResultsCollected c: _issuer.Collected(c.JobId); break;
            case OutputsWanted w: _issuer.BringBack(w.LeaseId); break;
            case CancelJob c: _issuer.Cancel(c.JobId); break;
            case LendChanged c:
                _node.Settings = _node.Settings.Under(c.Terms);
                _worker.LendChanged();
                _mesh.Renew();
                break;
            case NativesChanged c:
                _node.Settings = _node.Settings with { Natives = c.Natives, SeeksImages = c.SeeksImages };
                _worker.LendChanged();
                _mesh.Renew();
                break;
            case ImageDenied d: _worker.ImageDenied(d); break;
            case OutputsCompared c: _issuer.OutputsCompared(c); break;
            case CheckpointMade c: _worker.CheckpointMade(c); break;
            case CheckpointCame { Message.IsAnswer: true } c: _worker.CheckpointCame(c); break;
            case CheckpointCame c: _issuer.CheckpointCame(c); break;
            case UplinkMeasured u: _node.Settings = _node.Settings with { UplinkBytes = u.BytesPerSecond }; break;
            case BlobsFetched { Fetch.Role: RunRole.Checkpoint } f: _issuer.CheckpointFetched(f.Fetch.LeaseId, ""); break;
            case BlobsFailed { Fetch.Role: RunRole.Checkpoint } f: _issuer.CheckpointFetched(f.Fetch.LeaseId, f.Reason); break;
            case StopWork s: _worker.Stop(s.Reason, s.DeviceOnly); break;
            case BlobsFetched { Fetch.Role: RunRole.Confirm } f: _issuer.BlobsFetched(f); break;
            case BlobsFetched f: _worker.BlobsFetched(f.Fetch); break;
            case BlobsFailed { Fetch.Role: RunRole.Confirm } f: _issuer.BlobsFailed(f); break;
            case BlobsFailed f: _worker.BlobsFailed(f); break;
            case TaskBegan: break;
            case TaskSaid t: _worker.TaskSaid(t); break;
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
        _mesh.Begin();
        _issuer.Begin();
        _worker.Begin();
        _node.Effects.Add(new SweepBlobs());
    }

    private void PeerUp(PeerId peer)
    {
        _node.Up.Add(peer);
        _mesh.PeerUp(peer);
        _issuer.PeerUp(peer);
        _worker.PeerUp(peer);
    }

    private void PeerIdentified(PeerIdentified e)
    {
        _mesh.PeerIdentified(e);
        _issuer.PeerIdentified();
    }

    private void PeerDown(PeerId peer)
    {
        _node.Up.Remove(peer);
        _mesh.PeerDown(peer);
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
