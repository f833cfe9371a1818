// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Yamux;

/// <summary>Bounds of one yamux session.</summary>
public sealed record YamuxLimits
{
    /// <summary>Credit of a new stream in each direction, bytes; fixed by the protocol.</summary>
    public const int InitialWindow = 256 * 1024;

    /// <summary>Streams that the peer may have open at once; a further one is reset.</summary>
    public int InboundStreams { get; init; } = 256;

    /// <summary>Streams that we may have open at once; a further one waits.</summary>
    public int OutboundStreams { get; init; } = 1024;

    /// <summary>Streams of ours that the peer has not acknowledged yet (protocol: 256); a further one waits.</summary>
    public int Unacknowledged { get; init; } = 256;

    /// <summary>Largest receive window that a busy stream grows to, bytes.</summary>
    public int LargestWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Sum of receive windows of one session, bytes: the most a peer can make us hold. At least the initial windows of all inbound streams,
    /// which stay reserved; beyond, our own streams wait and windows stop growing.
    /// </summary>
    public long SessionCredit { get; init; } = 128L * 1024 * 1024;

    /// <summary>Bytes of a stream that wait to be sent; a writer waits beyond.</summary>
    public int SendBuffer { get; init; } = 128 * 1024;

    /// <summary>Answers (pong, reset) that may wait while the peer does not read; beyond, the session ends.</summary>
    public int WaitingAnswers { get; init; } = 1024;

    /// <summary>How often an idle session is probed.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing at all may arrive after a probe before the session counts as dead.</summary>
    public TimeSpan Dead { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stream that the application let go may wait for the peer's end before it is reset.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(60);
}
