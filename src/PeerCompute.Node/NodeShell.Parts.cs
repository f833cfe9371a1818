// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Events;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sensors;
using PeerCompute.Net;
using PeerCompute.Net.Mdns;
using PeerCompute.Net.Requests;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Effects;
using PeerCompute.Node.Images;
using PeerCompute.Node.Journals;
using PeerCompute.Node.Lending;
using PeerCompute.Node.Loops;
using PeerCompute.Node.Mesh;
using PeerCompute.Node.Runs;

namespace PeerCompute.Node;

/// <content>What a node holds.</content>
public sealed partial class NodeShell
{
    /// <summary>What a node is made of, in the order in which it is taken apart.</summary>
    private sealed class Parts : IAsyncDisposable
    {
        public TimeProvider Time { get; init; } = null!;

        public NodeClock Clock { get; init; } = null!;

        /// <summary>Empty, or why the node cannot take work at all.</summary>
        public string Unable { get; set; } = "";

        public Lender Lender { get; set; } = null!;

        public BlobStore Store { get; set; } = null!;

        public BlobServer Server { get; set; } = null!;

        public BlobFetcher? Fetcher { get; set; }

        public Uploads Uploads { get; set; } = null!;

        public BlobGate Gate { get; set; } = null!;

        public WasmExecutor Executor { get; set; } = null!;

        public IRunHost Runs { get; set; } = null!;

        public Journal Journal { get; set; } = null!;

        public NodeLoop Loop { get; set; } = null!;

        public Host Host { get; set; } = null!;

        public Inbox Inbox { get; set; } = null!;

        public Outbox Outbox { get; set; } = null!;

        public PeerWatch Peers { get; set; } = null!;

        public RunDirector Director { get; set; } = null!;

        public OutputComparer Comparer { get; set; } = null!;

        public MeshShell Mesh { get; set; } = null!;

        public HostSurvey Survey { get; set; } = null!;

        public MdnsSocket? Mdns { get; set; }

        public Task Measuring { get; set; } = Task.CompletedTask;

        public ImageStore Images { get; set; } = null!;

        public ImageShares ImageShares { get; set; } = null!;

        public RequestStreams? Requests { get; set; }

        public NativeSystems Natives { get; set; } = null!;

        public NativeWatch NativeWatch { get; set; } = null!;

        public Task Watching { get; set; } = Task.CompletedTask;

        public OwnerWatch? Owner { get; set; }

        public Task Guarding { get; set; } = Task.CompletedTask;

        public Task Settling { get; set; } = Task.CompletedTask;

        public CancellationTokenSource Stop { get; } = new();

        public EffectRunner Effects { get; set; } = null!;

        /// <summary>The device on which programs of others, or those of its owner, may run.</summary>
        public Device? DeviceFor(bool others) => others ? Survey?.ForPrograms : Survey?.ForOwnPrograms;

        /// <summary>Whether nothing keeps the owner from lending a device: it is neither drained nor used.</summary>
        public bool Lends(Device device) => Owner is { LeavesDevice: true } && !Lender.Config.Drained.Contains(device.Model);

        /// <summary>Whether a device may be measured: nobody uses it, nothing that is left of an earlier process either.</summary>
        public bool IsFree(Device device)
            => Lends(device) && Lender.Terms is { TakesWork: true, Away: "" } && Runs.Unclaimed.Count == 0 && Director.OnDevice == 0;

        /// <summary>Goes on beside the loop: what it throws is a bug of ours and ends the node, and never its end.</summary>
        public async Task BesideAsync(Task work)
        {
            try
            {
                await work.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Loop.Crash(e);
            }
        }

        /// <summary>Watches for the owner until the node ends; a light node lends nothing.</summary>
        public Task GuardAsync(NodeOptions options)
        {
            if (options.Light) return Task.CompletedTask;
            var eye = new OwnerEye(new HostSensors(options.Inventory ?? "/"), Environment.ProcessorCount, options.Time, () => Runs.Supervisor);
            Owner = new OwnerWatch(
                eye, Lender, () => Natives.OffersGpu ? Survey.Device : null, DeviceTakenAsync, () => Director.Working, options.Time, options.Log);
            return Owner.RunAsync(Stop.Token);
        }

        /// <summary>The device has come or gone: the machine takes nothing more for one that is not lent before what has it for others ends.</summary>
        public async Task DeviceTakenAsync(bool taken, CancellationToken stop)
        {
            await NativeWatch.LookAsync(stop).ConfigureAwait(false);
            if (taken) await Loop.SettleAsync(new StopWork(Lender.TakenBack, DeviceOnly: true), stop).ConfigureAwait(false);
        }

        public async ValueTask DisposeAsync()
        {
            await Stop.CancelAsync().ConfigureAwait(false);
            Runs?.Leave();
            await Task.WhenAll(Measuring, Settling, Watching, Guarding).ConfigureAwait(false);
            if (Mdns is not null) await Mdns.DisposeAsync().ConfigureAwait(false);
            if (Lender is not null) await Lender.DisposeAsync().ConfigureAwait(false);
            if (Loop is not null) await Loop.DisposeAsync().ConfigureAwait(false);
            Journal?.Dispose();
            if (Effects is not null) await Effects.DrainAsync().ConfigureAwait(false);
            if (Mesh is not null) await Mesh.DisposeAsync().ConfigureAwait(false);
            if (Outbox is not null) await Outbox.DisposeAsync().ConfigureAwait(false);
            Fetcher?.Dispose();
            Requests?.Dispose();
            if (Host is not null) await Host.DisposeAsync().ConfigureAwait(false);
            if (Peers is not null) await Peers.DisposeAsync().ConfigureAwait(false);
            Director?.Dispose();
            Comparer?.Dispose();
            if (Runs is not null) await Runs.DisposeAsync().ConfigureAwait(false);
            Executor?.Dispose();
        }
    }
}
