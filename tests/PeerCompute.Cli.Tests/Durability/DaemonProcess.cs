// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Client;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>A real daemon of the built program that a test may kill at any moment and start again in the same home.</summary>
internal sealed class DaemonProcess : IAsyncDisposable
{
    private readonly string[] _arguments;
    private Process? _process;

    public DaemonProcess(string home, params string[] arguments)
    {
        Home = home;
        _arguments = arguments;
    }

    public string Home { get; }

    public string PeerId { get; private set; } = "";

    public PeerComputeClient Client { get; private set; } = null!;

    public int Pid => _process!.Id;

    /// <summary>What it ended with.</summary>
    public int ExitCode { get; private set; }

    public List<string> Log { get; } = [];

    public bool HasExited => _process is null || _process.HasExited;

    /// <summary>A port that nobody has right now, below those that the system gives to outgoing connections: nobody takes it while we are dead.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }

    /// <summary>A worker that listens on one port for all its lives.</summary>
    public static DaemonProcess Worker(string home, int port, HomeConfig? config = null)
    {
        if (!NodeHome.Exists(home)) NodeHome.Create(home, config ?? new HomeConfig());
        return new DaemonProcess(home, "--listen", string.Create(CultureInfo.InvariantCulture, $"/ip4/127.0.0.1/tcp/{port}"));
    }

    /// <summary>A client that listens on nothing.</summary>
    public static DaemonProcess Light(string home)
    {
        if (!NodeHome.Exists(home)) NodeHome.Create(home, new HomeConfig { Listen = [], TakesWork = false });
        return new DaemonProcess(home, "--light");
    }

    /// <summary>Starts it; false when it died before it was ready, as an armed fault point may want.</summary>
    /// <param name="fault">A fault point and when it strikes, or nothing.</param>
    public async Task<bool> StartAsync(string fault = "")
    {
        Assert.That(HasExited, Is.True, "it runs already");
        TestUser.Own(Home);
        var start = TestUser.Start();
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var argument in (string[])["daemon", "--home", Home, "--leash", "--json", .. _arguments]) start.ArgumentList.Add(argument);
        start.Environment["HOME"] = Home;
        start.Environment["PEERCOMPUTE_MDNS"] = "off";
        if (fault.Length > 0) start.Environment["PEERCOMPUTE_FAULT"] = fault;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (Log)
            {
                if (line.Data is { } text) Log.Add(text);
            }
        };
        _process.BeginErrorReadLine();
        if (await AnnouncementAsync(_process) is not { } announcement) return false;
        PeerId = announcement["peerId"]!.GetValue<string>();
        Client = PeerComputeClient.OnSocket(announcement["socket"]!.GetValue<string>());
        return true;
    }

    /// <summary>Kills it with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await GoneAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits until it is gone by itself; false when it is still there.</summary>
    public async Task<bool> GoneAsync(TimeSpan within)
    {
        if (_process is null) return true;
        using var patience = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        Client?.Dispose();
        ExitCode = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return true;
    }

    /// <summary>What it said last.</summary>
    public string Said()
    {
        lock (Log) return string.Join('\n', Log.TakeLast(20));
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static async Task<JsonObject?> AnnouncementAsync(Process process)
    {
        var text = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            if (line != "}") continue;
            var answer = JsonNode.Parse(text.ToString())!.AsObject();
            if (answer["error"] is { } error) throw new PeerComputeException(ErrorCode.Unavailable, error["message"]!.GetValue<string>());
            return answer;
        }

        return null;
    }
}
