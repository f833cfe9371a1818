// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;

namespace PeerCompute.Net.Connections;

/// <summary>What a connection sends and receives bytes over: a socket as it is. One sender and one receiver at a time.</summary>
internal class Line(Socket socket) : IDisposable
{
    protected Socket Socket { get; } = socket;

    /// <summary>Sends all bytes; they may be changed afterwards.</summary>
    /// <exception cref="SocketException">The connection is lost.</exception>
    public virtual async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        for (var sent = 0; sent < bytes.Length;) sent += await Socket.SendAsync(bytes[sent..], cancel).ConfigureAwait(false);
    }

    /// <summary>Bytes received, 0 at the end.</summary>
    /// <exception cref="SocketException">The connection is lost.</exception>
    public virtual ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel = default) => Socket.ReceiveAsync(buffer, cancel);

    /// <summary>Tells the other side that nothing more comes, behind all that was sent.</summary>
    public virtual ValueTask EndAsync()
    {
        Socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public virtual void Dispose() => Socket.Dispose();
}
