// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;

namespace PeerCompute.Daemon;

/// <summary>Tells systemd how the daemon is (sd_notify(3)); nothing when it was not started by systemd with Type=notify.</summary>
internal static class SystemdNotifier
{
    /// <summary>Sends a state, for example <c>READY=1</c>.</summary>
    /// <param name="state">One or more lines.</param>
    public static void Tell(string state) => Tell(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), state);

    /// <summary>Sends a state to a socket.</summary>
    /// <param name="path">Path, or a name of the abstract namespace behind "@"; null or empty for nobody.</param>
    /// <param name="state">One or more lines.</param>
    public static void Tell(string? path, string state)
    {
        if (string.IsNullOrEmpty(path)) return;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (SocketException)
        {
            // A manager that does not listen must not stop the daemon.
        }
    }
}
