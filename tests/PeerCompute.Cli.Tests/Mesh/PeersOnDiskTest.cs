// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>The book of remembered peers: a node finds back without any first address, whatever has become of the file.</summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(180_000)]
public sealed class PeersOnDiskTest
{
    private const string Book = "peers.book";

    private Network _network = null!;

    [SetUp]
    public void Make() => _network = new Network();

    [TearDown]
    public async Task Clear() => await _network.DisposeAsync();

    [Test]
    public async Task A_restart_with_every_bootstrap_address_dead_is_back_in_the_mesh()
    {
        var bootstrap = await _network.BootstrapAsync("b");
        var first = await _network.AddAsync("x");
        var second = await _network.AddAsync("y");
        var node = await _network.AddAsync("r");
        await Network.MeetsAsync(node, 3, "before");
        await RemembersAsync(node, first, second);
        await node.KillAsync();
        await bootstrap.KillAsync();
        Assert.That(await node.StartAsync(), Is.True, node.Said());
        await Network.MeetsAsync(node, 2, "without the bootstrap node");
        var client = DaemonProcess.Light(Light(_network.AddressOf(node).ToString()));
        await using (client)
        {
            Assert.That(await client.StartAsync(), Is.True);
            await _network.WorksAsync(client, "through the node that came back");
        }
    }

    [Test]
    public async Task A_damaged_book_is_said_in_one_line_and_begun_anew()
    {
        var bootstrap = await _network.BootstrapAsync("b");
        var node = await _network.AddAsync("r");
        var book = Path.Combine(node.Home, Book);
        await RemembersAsync(node, bootstrap);
        var good = await File.ReadAllBytesAsync(book);
        byte[][] damaged = [[.. Enumerable.Range(0, 5000).Select(static i => (byte)(i * 7))], good[..^5], [8, 2, .. good.AsSpan(2)], new byte[17 << 20]];
        foreach (var bytes in damaged)
        {
            await node.KillAsync();
            await File.WriteAllBytesAsync(book, bytes);
            await File.WriteAllBytesAsync(book + ".abcdefgh.new", good[..^9]);
            node.Log.Clear();
            Assert.That(await node.StartAsync(), Is.True, node.Said());
            await Network.MeetsAsync(node, 1, "with a damaged book");
            Assert.That(node.Log.Count(static line => line.Contains("begun anew", StringComparison.Ordinal)), Is.EqualTo(1), node.Said());
            Assert.That(node.Said(), Does.Not.Contain("   at "));
        }

        File.Delete(book);
        await RemembersAsync(node, bootstrap);
        Assert.That(Directory.EnumerateFiles(node.Home, "*.new"), Is.Empty, "what a kill left half written is gone");
    }

    /// <summary>A home that was moved into another network keeps its book: the peers in it answer, and are left alone.</summary>
    [Test]
    public async Task A_book_of_another_network_is_forgotten_peer_by_peer()
    {
        var bootstrap = await _network.BootstrapAsync("b");
        var node = await _network.AddAsync("r");
        await RemembersAsync(node, bootstrap);
        await node.KillAsync();
        await using var other = new Network();
        var elsewhere = await other.BootstrapAsync("b");
        await File.WriteAllTextAsync(Path.Combine(node.Home, "config.json"), other.Config("/ip4/127.0.0.1/tcp/0").ToJson());
        Assert.That(await node.StartAsync(), Is.True, node.Said());
        await Network.MeetsAsync(elsewhere, 1, "in the other network");
        await RemembersAsync(node, elsewhere);

        // Whichever side knows first ends the connection, and either may have dialled a few times before: then there is silence. A side that went on
        // dialling would write five lines a second on the other.
        var clock = Stopwatch.StartNew();
        int lines;
        do
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)), "they go on dialling:\n" + node.Said() + bootstrap.Said());
            lines = Refusals();
            await Task.Delay(2000);
        }
        while (Refusals() > lines);

        Assert.That(lines, Is.GreaterThan(0), node.Said() + bootstrap.Said());
        Assert.That((await node.Client.PeersAsync(CancellationToken.None)).Select(static p => p.PeerId), Does.Not.Contain(bootstrap.PeerId));

        int Refusals() => node.Log.Concat(bootstrap.Log).Count(static line => line.Contains("it belongs to network", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_first_start_where_no_bootstrap_address_answers_says_which_which_error_and_three_ways_on()
    {
        var dead = DaemonProcess.FreePort();
        var key = KeyPair.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);
        var address = $"/ip4/127.0.0.1/tcp/{dead}/p2p/{key.PeerId}";
        using var tool = new Tool();
        NodeHome.Create(Path.Combine(tool.Home, "n"), _network.Config("/ip4/127.0.0.1/tcp/0") with { Bootstrap = [address] });
        using var process = tool.Start(
            static start => start.Environment.Remove("PEERCOMPUTE_MDNS"), "daemon", "--home", Path.Combine(tool.Home, "n"), "--leash");
        var said = "";
        while (!said.Contains("own network", StringComparison.Ordinal) && await process.StandardError.ReadLineAsync() is { } line) said += line + "\n";
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.That(said, Does.Contain($"Nobody in network {_network.Id} answers").And.Contain(address).And.Contain("Connection refused"));
        Assert.That(said, Does.Contain("on a LAN").And.Contain("peercompute join LINE").And.Contain("peercompute init --network new"));
    }

    private string Light(string bootstrap)
    {
        var home = Path.Combine(_network.Folder, "c");
        NodeHome.Create(home, _network.Config() with { Bootstrap = [bootstrap], TakesWork = false });
        return home;
    }

    private static async Task RemembersAsync(DaemonProcess node, params DaemonProcess[] others)
    {
        var book = Path.Combine(node.Home, Book);
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(80);
        while (DateTime.UtcNow < end)
        {
            if (File.Exists(book) && await File.ReadAllBytesAsync(book) is { } bytes
                && others.All(o => bytes.AsSpan().IndexOf(PeerId.Parse(o.PeerId).ToBytes()) >= 0)) return;
            await Task.Delay(100);
        }

        Assert.Fail($"{node.Home} does not remember its peers: {node.Said()}");
    }
}
