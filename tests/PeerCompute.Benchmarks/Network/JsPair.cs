// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Benchmarks.Network;

/// <summary>Two js-libp2p peers in processes of their own (tests/PeerCompute.Interop.Tests/js), one of them dialling.</summary>
internal sealed class JsPair : IAsyncDisposable
{
    private const double Mebi = 1024 * 1024;
    private readonly Child _dialer;
    private readonly Child _listener;
    private readonly string _peer;
    private readonly string _address;

    private JsPair(Child dialer, Child listener, string peer, string address)
    {
        _dialer = dialer;
        _listener = listener;
        _peer = peer;
        _address = address;
    }

    /// <summary>Null where the packages are not installed.</summary>
    public static async Task<JsPair?> TryStartAsync()
    {
        if (Find() is not var (folder, node)) return null;
        var listener = Child.Start(node, folder, "peer.mjs", """{"monitor":false,"gossip":false,"dht":false}""");
        var ready = await listener.ReadAsync();
        var dialer = Child.Start(node, folder, "peer.mjs", """{"monitor":false,"gossip":false,"dht":false,"listen":[]}""");
        await dialer.ReadAsync();
        var pair = new JsPair(dialer, listener, (string)ready["peer"]!, (string)ready["addresses"]![0]!);
        await dialer.CallAsync("dial", new { address = pair._address });
        return pair;
    }

    /// <summary>The folder of the scripts and the Node to run them, null where the packages are not installed.</summary>
    public static (string Folder, string Node)? Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PeerCompute.sln"))) folder = Path.GetDirectoryName(folder);
        if (folder is null) return null;
        folder = Path.Combine(folder, "tests", "PeerCompute.Interop.Tests", "js");
        var node = Path.Combine(folder, "node_modules", "node", "bin", "node");
        return File.Exists(node) ? (folder, node) : null;
    }

    /// <summary>MiB/s of one stream in one direction.</summary>
    public async Task<double> UploadAsync(long bytes) => bytes / Mebi / (double)(await _dialer.CallAsync("upload", new { peer = _peer, bytes }))["seconds"]!;

    /// <summary>Connections per second, one after the other.</summary>
    public async Task<double> HandshakesAsync(TimeSpan span)
    {
        var result = await _dialer.CallAsync("dials", new { address = _address, seconds = span.TotalSeconds });
        return (double)result["count"]! / (double)result["seconds"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _dialer.DisposeAsync();
        await _listener.DisposeAsync();
    }
}
