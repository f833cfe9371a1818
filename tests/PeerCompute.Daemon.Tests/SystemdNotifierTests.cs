// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;

namespace PeerCompute.Daemon.Tests;

/// <summary>What systemd is told.</summary>
public sealed class SystemdNotifierTests
{
    [Test]
    public void A_state_arrives_at_a_socket_in_a_folder_and_at_an_abstract_one()
    {
        using var folder = new TempFolder();
        Assert.That(Told(folder.File("notify"), folder.File("notify")), Is.EqualTo("READY=1"));
        var name = $"peercompute-test-{Environment.ProcessId}";
        Assert.That(Told("\0" + name, "@" + name), Is.EqualTo("READY=1"));
    }

    [Test]
    public void Nobody_who_listens_is_no_failure() => Assert.DoesNotThrow(() =>
    {
        SystemdNotifier.Tell(null, "READY=1");
        SystemdNotifier.Tell("", "READY=1");
        SystemdNotifier.Tell("/none/such", "READY=1");
    });

    private static string Told(string bound, string named)
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(bound));
        SystemdNotifier.Tell(named, "READY=1");
        var buffer = new byte[64];
        return Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
    }
}
