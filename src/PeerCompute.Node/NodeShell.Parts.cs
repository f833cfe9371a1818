// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;
using PeerCompute.Net;
using PeerCompute.Net.Mdns;
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

        public NativeSystems Natives { get; set; } = null!;

        public Task Watching { get; set; } = Task.CompletedTask;

        public Task Settling { get; set; } = Task.CompletedTask;

        public CancellationTokenSource Stop { get; } = new();

        public EffectRunner Effects { get; set; } = null!;

        public async ValueTask DisposeAsync()
        {
            await Stop.CancelAsync().ConfigureAwait(false);
            Runs?.Leave();
            await Measuring.ConfigureAwait(false);
            await Settling.ConfigureAwait(false);
            await Watching.ConfigureAwait(false);
            if (Mdns is not null) await Mdns.DisposeAsync().ConfigureAwait(false);
            if (Lender is not null) await Lender.DisposeAsync().ConfigureAwait(false);
            if (Loop is not null) await Loop.DisposeAsync().ConfigureAwait(false);
            Journal?.Dispose();
            if (Effects is not null) await Effects.DrainAsync().ConfigureAwait(false);
            if (Mesh is not null) await Mesh.DisposeAsync().ConfigureAwait(false);
            if (Outbox is not null) await Outbox.DisposeAsync().ConfigureAwait(false);
            Fetcher?.Dispose();
            if (Host is not null) await Host.DisposeAsync().ConfigureAwait(false);
            if (Peers is not null) await Peers.DisposeAsync().ConfigureAwait(false);
            Director?.Dispose();
            Comparer?.Dispose();
            if (Runs is not null) await Runs.DisposeAsync().ConfigureAwait(false);
            Executor?.Dispose();
        }
    }
}
