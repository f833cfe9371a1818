// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Ping;

namespace PeerCompute.Net.Protocols;

/// <summary>The answering side of ping: 32 bytes come back, again and again.</summary>
internal static class PingService
{
    public static async Task AnswerAsync(PeerStream stream, CancellationToken cancel)
    {
        var buffer = new byte[PingProbe.Size];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (read == 0) return;
            await stream.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
        }
    }
}
