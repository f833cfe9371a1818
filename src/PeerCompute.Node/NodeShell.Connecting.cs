// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Benchmarks;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Net;
using PeerCompute.Net.Mdns;
using PeerCompute.Net.Requests;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Effects;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Node.Mesh;
using PeerCompute.Node.Networks;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node;

/// <content>How a node meets others, and what it tells them of itself.</content>
public sealed partial class NodeShell
{
    private static async Task ConnectAsync(Parts parts, NodeHome home, NodeOptions options, CancellationToken cancel)
    {
        var listen = options.Light ? [] : options.Listen ?? home.Config.Listen;
        var host = new HostOptions
        {
            Key = home.Key,
            Listen = [.. listen.Select(Address)],
            AgentVersion = Agent,
            ProtocolVersion = home.Config.Network.ProtocolVersion,
            Time = options.Time,
            Shape = options.Shape is { } shape ? ShapeFile.Read(shape) : null,
        };
        parts.Host = await Host.StartAsync(host, cancel).ConfigureAwait(false);
        parts.ImageShares = new ImageShares(parts.Images, options.Log, parts.Stop.Token);
        var server = parts.Server = new BlobServer(parts.Store, parts.Gate, parts.ImageShares.Open)
        {
            Meter = new UplinkMeter(rate => _ = parts.Loop.PostAsync(new UplinkMeasured(rate), parts.Stop.Token).AsTask()),
        };
        parts.Host.Handle(Protocols.Blob, server.ServeAsync);
        var strangers = new BoundedLog(options.Log, options.Time);
        parts.Inbox = new Inbox(parts.Host, home.Key, options.Time, parts.Loop.PostAsync, strangers.Say);
        parts.Outbox = new Outbox(parts.Host, strangers.Say);
        parts.Peers = new PeerWatch(parts.Host, parts.Outbox, parts.Inbox, parts.Loop.PostAsync);
        parts.Director = new RunDirector(parts.Runs, parts.Store, parts.Natives, home.Work, HomeConfig.SlotsMost, home.Config.ConfirmSlots)
        {
            Log = options.Log,
        };
        IHostDevices devices = options.Inventory is { } folder ? new RecordedHost(folder) : new ThisHost();
        var grants = new DeviceGrants(options.Inventory ?? "/");
        var trial = new DeviceTrial(() => parts.Natives.OffersGpu, parts.IsFree, MeasureAsync, options.Time);
        parts.Survey = new HostSurvey(devices, home.Folder, grants, trial, parts.DeviceTakenAsync, options.Time, options.Log);
        parts.Mesh = new MeshShell(parts.Host, home.Folder, options.Light, parts.Loop.PostAsync, strangers.Say, parts.Outbox.Count);
        var fetcher = parts.Fetcher = new BlobFetcher(parts.Host, parts.Store, options.Time);
        parts.Comparer = new OutputComparer(parts.Store);
        var keeper = new BlobKeeper(parts.Store, parts.Gate, parts.Uploads, options.Log);
        var fetch = new ImageFetch(
            parts.Images, parts.ImageShares, parts.Store, parts.Gate, keeper, fetcher, Path.Combine(NodeHome.ImagesOf(home.Folder), "coming"),
            home.Config.ImageBytes, parts.NativeWatch.LookAsync, options.Time, options.Log);
        fetch.Remember();
        parts.Requests = new RequestStreams(parts.Host);
        var desk = new ImageDesk(parts.Images, parts.ImageShares, fetch, parts.Requests, options.Time, parts.Loop.PostAsync, strangers.Say);
        desk.Serve();
        parts.Effects = new EffectRunner(
            parts.Outbox, parts.Peers, fetcher, parts.Director, parts.Comparer, parts.Mesh, parts.Store, parts.Gate, keeper, home.Receipts,
            parts.Loop.PostAsync, options.Log, parts.Loop.Crash)
        {
            Images = parts.ImageShares,
            Seek = desk.SeekAsync,
            Lan = home.Config.Mdns && options.Mdns,
        };

        Task<IReadOnlyList<ulong>> MeasureAsync(Device device, CancellationToken stop)
        {
            var command = options.SandboxCommand ?? SandboxCommand.ForThisProgram();
            var score = new GpuScore(new GpuExecutor(new NativeExecutor(new SandboxOptions { Command = command }), command) { Grants = grants });
            return HostBenchmarks.MeasureAsync(score, device, stop);
        }
    }

    /// <summary>Tells the machine where it is, whom it knew, whom its operator named, and, when measured, what it has.</summary>
    private async Task MeetAsync(NodeOptions options, CancellationToken cancel)
    {
        var (loop, config, light) = (_parts.Loop, _home.Config, options.Light);
        var dialable = HostFacts.Dialable(_parts.Host.ListenAddresses);
        await loop.PostAsync(new AddressesChanged(dialable), cancel).ConfigureAwait(false);
        var book = _parts.Mesh.Remembered();
        if (!book.IsEmpty) await loop.PostAsync(new PeersRemembered(book), cancel).ConfigureAwait(false);
        else if (config.Bootstrap.IsEmpty && !light) options.Log(BootstrapReport.Text(config.Network, [], lan: config.Mdns && options.Mdns));
        await loop.PostAsync(new PeersHeard(Seeds.Of(config.Bootstrap, options.Log), Seeds: true), cancel).ConfigureAwait(false);
        if (config.Mdns && options.Mdns) _parts.Mdns = ListenOnLan(dialable, options.Log);
        if (light) return;
        _parts.Measuring = _parts.BesideAsync(_parts.Survey.Begin(
            (devices, figures) => loop.PostAsync(HostFacts.Capabilities(devices, figures, config.Region), _parts.Stop.Token).AsTask(), _parts.Stop.Token));
    }

    private MdnsSocket? ListenOnLan(ImmutableArray<Multiaddr> dialable, Action<string> log)
    {
        try
        {
            return MdnsSocket.Start(Facts.Self, dialable, (peer, addresses) =>
                _ = _parts.Loop.PostAsync(new PeersHeard([new Contact(peer, addresses)], Seeds: false), CancellationToken.None).AsTask());
        }
        catch (PeerComputeException e)
        {
            log($"peers on the local network are not looked for: {e.Message}");
            return null;
        }
    }

    private static Multiaddr Address(string text)
    {
        try
        {
            return Multiaddr.Parse(text);
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.Usage, $"'{text}' is no address to listen on ({e.Message}): write for example /ip4/0.0.0.0/tcp/4001.", e);
        }
    }
}
