// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using PeerCompute.Base.Errors;
using PeerCompute.Daemon.Grpc;

namespace PeerCompute.Daemon.Tests;

/// <summary>The socket file: who may use it, what becomes of stale ones.</summary>
public sealed class ApiServerTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task The_socket_is_the_owners_alone_and_gone_after_the_end()
    {
        var server = await StartAsync(_folder.File("api.sock"));
        Assert.That(File.GetUnixFileMode(server.Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await server.DisposeAsync();
        Assert.That(File.Exists(server.Path), Is.False);
    }

    [Test]
    public async Task A_second_server_on_a_live_socket_is_refused_and_the_first_goes_on()
    {
        await using var server = await StartAsync(_folder.File("api.sock"));
        var error = Assert.ThrowsAsync<PeerComputeException>(async () => await StartAsync(server.Path));
        Assert.That(error!.Code, Is.EqualTo(ErrorCode.Home));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.Path));
        Assert.That(socket.Connected, Is.True);
    }

    [Test]
    public async Task A_stale_socket_file_is_replaced()
    {
        var path = _folder.File("api.sock");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(path));
            stale.Listen();
        }

        if (!File.Exists(path)) await File.WriteAllTextAsync(path, "");
        await using var server = await StartAsync(path);
        Assert.That(server.Path, Is.EqualTo(path));
    }

    [Test]
    public void A_path_that_is_too_long_is_refused_with_the_limit() =>
        Assert.That(
            Assert.ThrowsAsync<PeerComputeException>(async () => await StartAsync(_folder.File(new string('x', 200))))!.Message,
            Does.Contain("limit 107").And.Contain("shorter"));

    [Test]
    public void A_folder_that_does_not_exist_is_named()
    {
        var error = Assert.ThrowsAsync<PeerComputeException>(async () => await StartAsync(_folder.File("none/api.sock")));
        Assert.That(error!.Code, Is.EqualTo(ErrorCode.Host));
    }

    [Test]
    public void Root_and_the_own_user_are_admitted_and_others_are_not()
    {
        Assert.That(LocalCaller.Admits(0), Is.True);
        Assert.That(LocalCaller.Admits(4_000_000_000), Is.False);
        Assert.That(new LocalCaller(1, 4_000_000_000, false).Refusal().Code, Is.EqualTo(ErrorCode.Refused));
    }

    [Test]
    public async Task A_request_that_is_not_grpc_is_refused()
    {
        await using var server = await StartAsync(_folder.File("api.sock"));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.Path), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/") { Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    private static Task<ApiServer> StartAsync(string path) => ApiServer.StartAsync(path, [], _ => { }, CancellationToken.None);
}
