// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Libp2p.Tests.Yamux;

/// <summary>Helpers that speak to a session in frames.</summary>
internal static class YamuxTalk
{
    public const int Data = 0, Update = 1, Probe = 2, GoAway = 3;
    public const int Syn = 1, Ack = 2, Fin = 4, Rst = 8;

    public static byte[] Frame(int type, int flags, uint stream, uint length, ReadOnlySpan<byte> payload = default)
    {
        var bytes = new byte[12 + payload.Length];
        bytes[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)flags);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), stream);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), length);
        payload.CopyTo(bytes.AsSpan(12));
        return bytes;
    }

    public static byte[] DataFrame(uint stream, int flags, ReadOnlySpan<byte> payload) => Frame(Data, flags, stream, (uint)payload.Length, payload);

    public static byte[] Drain(this YamuxSession session, int step = 65519)
    {
        var all = new List<byte>();
        var buffer = new byte[step];
        for (int n; (n = session.Fill(buffer)) > 0;) all.AddRange(buffer[..n]);
        return all.ToArray();
    }

    /// <summary>The frames of what a session sent: (type, flags, stream, length).</summary>
    public static List<(int Type, int Flags, uint Stream, uint Length)> Frames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(int, int, uint, uint)>();
        while (bytes.Length >= 12)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            frames.Add((bytes[1], BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), length));
            bytes = bytes[(12 + (bytes[1] == Data ? (int)length : 0))..];
        }

        return frames;
    }

    public static byte[] ReadAll(this YamuxStream stream, Instant now)
    {
        var bytes = new byte[stream.Readable];
        var read = stream.Read(bytes, now);
        return bytes[..read];
    }

    public static List<YamuxStream> Changed(this YamuxSession session)
    {
        var list = new List<YamuxStream>();
        while (session.TryChanged(out var stream)) list.Add(stream);
        return list;
    }
}
