// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net;
using PeerCompute.Node.Effects;
using PeerCompute.Node.Loops;
using PeerCompute.Node.Mesh;

namespace PeerCompute.Node.Api;

/// <summary>The node itself: who it is, whom it sees, what it can run.</summary>
internal sealed class NodeApi(Host host, NodeLoop loop, NodeClock clock, PeerWatch peers, HostSurvey survey, NodeFacts facts,
    Func<IEnumerable<KeyValuePair<string, long>>> counters, Action shutdown)
    : NodeService.NodeServiceBase
{
    private const int PeersMost = 1024;

    /// <inheritdoc/>
    public override async Task<NodeView> GetNode(GetNodeRequest request, ServerCallContext context)
    {
        var mesh = await loop.AskAsync(static machine => machine.Mesh(), context.CancellationToken).ConfigureAwait(false);
        var view = new NodeView
        {
            PeerId = facts.Self.ToString(),
            Agent = facts.Agent,
            Home = facts.Home,
            UptimeMs = (ulong)(clock.Mono.Micros / 1000),
            IsolationClass = facts.Isolation,
            NativeIsolationClass = facts.NativeIsolation,
            Incarnation = facts.Incarnation,
            Light = facts.Light,
            Network = facts.Network,
            Mesh = new MeshFacts
            {
                Connected = (uint)mesh.Connected,
                Contacts = (uint)mesh.Contacts,
                ProviderRecords = (uint)mesh.ProviderRecords,
                Buckets = (uint)mesh.Buckets,
                Mesh = (uint)mesh.Mesh,
                Adverts = (uint)mesh.Adverts,
                Remembered = (uint)mesh.Remembered,
            },
        };
        view.Listen.AddRange(host.ListenAddresses.Select(address => address.WithPeer(facts.Self).ToString()));
        foreach (var (name, value) in counters().OrderBy(static c => c.Key, StringComparer.Ordinal))
            view.Counters.Add(new Counter { Name = name, Value = (ulong)value });
        return view;
    }

    /// <inheritdoc/>
    public override Task<ListPeersResponse> ListPeers(ListPeersRequest request, ServerCallContext context)
    {
        var response = new ListPeersResponse();
        foreach (var peer in host.Peers.Take(PeersMost)) response.Peers.Add(View(peer));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task<ConnectResponse> Connect(ConnectRequest request, ServerCallContext context)
    {
        Multiaddr address;
        try
        {
            address = Multiaddr.Parse(request.Address);
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput,
                $"'{request.Address}' is no address ({e.Message}): write for example /ip4/192.0.2.7/tcp/4001/p2p/PEER.", e);
        }

        var peer = await host.ConnectAsync(address, context.CancellationToken).ConfigureAwait(false);
        var info = host.Peers.FirstOrDefault(known => known.Id == peer)
            ?? throw new PeerComputeException(ErrorCode.Unavailable, $"{address} answered and left again at once.");
        return new ConnectResponse { Peer = View(info) };
    }

    /// <inheritdoc/>
    public override async Task<ListDevicesResponse> ListDevices(ListDevicesRequest request, ServerCallContext context)
    {
        var response = new ListDevicesResponse();
        response.Devices.AddRange(await survey.DevicesAsync(context.CancellationToken).ConfigureAwait(false));
        return response;
    }

    /// <inheritdoc/>
    public override Task<ShutdownResponse> Shutdown(ShutdownRequest request, ServerCallContext context)
    {
        shutdown();
        return Task.FromResult(new ShutdownResponse());
    }

    private PeerView View(PeerInfo peer) => new()
    {
        PeerId = peer.Id.ToString(),
        Address = peer.RemoteAddress.ToString(),
        Agent = peer.Agent,
        Inbound = !peer.Outbound,
        ConnectedMs = (ulong)peers.ConnectedFor(peer.Id).TotalMilliseconds,
        RttUs = (ulong)(peer.Rtt?.TotalMicroseconds ?? 0),
    };
}
