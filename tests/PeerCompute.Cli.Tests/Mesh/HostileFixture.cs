// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>
/// A small network of real daemons that strangers attack. After every test the daemons live and answer, hold no more memory than before, are idle again, have
/// written no stack trace, and an honest job is accepted.
/// </summary>
public abstract class HostileFixture
{
    /// <summary>Resident bytes that an attack may leave behind in a node.</summary>
    private const long GrowthMost = 100L << 20;

    private readonly Dictionary<string, long> _resident = [];

    private protected Network Network { get; private set; } = null!;

    private protected DaemonProcess Bootstrap { get; private set; } = null!;

    /// <summary>The worker that is attacked.</summary>
    private protected DaemonProcess Victim { get; private set; } = null!;

    private protected DaemonProcess Honest { get; private set; } = null!;

    private protected DaemonProcess Client { get; private set; } = null!;

    private protected PeerId VictimId => PeerId.Parse(Victim.PeerId);

    private DaemonProcess[] All => [Bootstrap, Victim, Honest, Client];

    [OneTimeSetUp]
    public async Task StartNetwork()
    {
        Network = new Network();
        Bootstrap = await Network.BootstrapAsync("b");
        Victim = await Network.AddAsync("w0");
        Honest = await Network.AddAsync("w1");
        Client = await Network.LightAsync("c");
        await Network.MeetsAsync(Bootstrap, 3, "at the start");
        await Network.WorksAsync(Client, "before any attack");
        foreach (var node in All) _resident[node.Home] = Resident(node);
    }

    [OneTimeTearDown]
    public async Task StopNetwork() => await Network.DisposeAsync();

    [TearDown]
    public async Task EverybodyGoesOn()
    {
        foreach (var node in All)
        {
            Assert.That(node.HasExited, Is.False, node.Said());
            await node.Client.NodeAsync(CancellationToken.None);
        }

        await Network.WorksAsync(Client, "an honest job after strangers");
        foreach (var node in All)
        {
            await IdleAsync(node);
            var grown = Resident(node) - _resident[node.Home];
            TestContext.Out.WriteLine($"{Path.GetFileName(node.Home)}: {grown >> 20} MiB more than before");
            Assert.That(grown, Is.LessThan(GrowthMost), $"resident bytes that {Path.GetFileName(node.Home)} took");
            Assert.That(node.Said(), Does.Not.Contain("   at "), "no stack traces");
        }
    }

    /// <summary>A stranger that is connected with the victim and in its mesh of offers.</summary>
    private protected async Task<HostilePeer> StrangerAsync()
    {
        var stranger = await HostilePeer.StartAsync(Network.Id);
        await stranger.ConnectAsync(Network.AddressOf(Victim));
        await stranger.JoinOffersAsync(VictimId);
        return stranger;
    }

    /// <summary>Waits for something.</summary>
    private protected static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var end = DateTime.UtcNow + TimeSpan.FromSeconds(40); DateTime.UtcNow < end; await Task.Delay(50))
        {
            if (await holds()) return;
        }

        Assert.Fail($"never: {what}");
    }

    /// <summary>Lines that a node wrote with some words.</summary>
    private protected static int Lines(DaemonProcess node, string words)
    {
        lock (node.Log) return node.Log.Count(line => line.Contains(words, StringComparison.Ordinal));
    }

    /// <summary>Waits until a node takes less than a third of a core.</summary>
    private static Task IdleAsync(DaemonProcess node) => UntilAsync(
        async () =>
        {
            using var process = System.Diagnostics.Process.GetProcessById(node.Pid);
            var before = process.TotalProcessorTime;
            await Task.Delay(600);
            process.Refresh();
            return (process.TotalProcessorTime - before).TotalMilliseconds < 200;
        },
        $"{node.Home} is idle again");

    private static long Resident(DaemonProcess node)
    {
        var pages = File.ReadAllText($"/proc/{node.Pid}/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
