// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net.Sockets;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Protocol;

/// <summary>Frames: 4 bytes length (little endian, of what follows), 1 byte kind, the message. The node reads from a socket, the child from
/// descriptors.</summary>
internal static class Frames
{
    /// <summary>Longest frame to a child, bytes: arguments and names of a task, paths of the inputs.</summary>
    public const int MostToChild = 1 << 20;

    /// <summary>Longest frame from a child, bytes: two tails of text and some numbers.</summary>
    public const int MostFromChild = 256 << 10;

    private const int HeaderBytes = 5;

    /// <summary>Sends a frame, to the child where nothing else is said.</summary>
    public static async Task SendAsync(Socket socket, FrameKind kind, byte[] message, CancellationToken cancellation, int most = MostToChild)
    {
        if (message.Length + 1 > most)
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"a task's arguments and names take {message.Length} bytes, at most {most}");
        ReadOnlyMemory<byte> rest = Assemble(kind, message);
        while (!rest.IsEmpty) rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellation).ConfigureAwait(false)..];
    }

    /// <summary>Receives a frame, from the child where nothing else is said.</summary>
    /// <returns>Kind and message; null when the other side has closed its end.</returns>
    /// <exception cref="WireException">The frame is longer than the other side may send.</exception>
    public static async Task<(FrameKind Kind, byte[] Message)?> ReceiveAsync(Socket socket, CancellationToken cancellation, int most = MostFromChild)
    {
        byte[] header = new byte[HeaderBytes];
        if (!await FillAsync(socket, header, cancellation).ConfigureAwait(false)) return null;
        byte[] message = new byte[Length(header, most)];
        if (!await FillAsync(socket, message, cancellation).ConfigureAwait(false)) return null;
        return ((FrameKind)header[4], message);
    }

    /// <summary>Writes a frame to the node.</summary>
    public static void Write(Stream stream, FrameKind kind, ReadOnlySpan<byte> message)
    {
        stream.Write(Assemble(kind, message));
        stream.Flush();
    }

    /// <summary>Reads a frame from the node; blocks.</summary>
    /// <returns>Kind and message; null when the node has closed its end.</returns>
    public static (FrameKind Kind, byte[] Message)? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return null;
        byte[] message = new byte[Length(header, MostToChild)];
        if (stream.ReadAtLeast(message, message.Length, throwOnEndOfStream: false) < message.Length) return null;
        return ((FrameKind)header[4], message);
    }

    private static byte[] Assemble(FrameKind kind, ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)message.Length + 1);
        frame[4] = (byte)kind;
        message.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    private static int Length(ReadOnlySpan<byte> header, int most)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length < 1 || length > (uint)most) throw new WireException("frame", $"{length} bytes, limit {most}");
        return (int)length - 1;
    }

    private static async Task<bool> FillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (!buffer.IsEmpty)
        {
            int count;
            try
            {
                count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                return false;
            }

            if (count == 0) return false;
            buffer = buffer[count..];
        }

        return true;
    }
}
