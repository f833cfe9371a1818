// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PeerCompute.Base.Errors;

namespace PeerCompute.Daemon.Grpc;

/// <summary>Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED, unix(7)). Our own user and root are local admin.</summary>
/// <param name="Pid">Process at the time of the connect.</param>
/// <param name="Uid">Its effective user.</param>
/// <param name="IsAdmitted">Whether it may call.</param>
internal sealed record LocalCaller(int Pid, uint Uid, bool IsAdmitted)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private static readonly uint OwnUid = ReadOwnUid();

    /// <summary>Asks the kernel.</summary>
    /// <param name="socket">Accepted Unix socket.</param>
    public static LocalCaller Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        var length = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        if (length != 12) throw new PeerComputeException(ErrorCode.Host, "The kernel does not tell who connects to the API socket; no call can be admitted.");
        var uid = MemoryMarshal.Read<uint>(credentials[4..]);
        return new LocalCaller(MemoryMarshal.Read<int>(credentials), uid, Admits(uid));
    }

    /// <summary>Whether a user may call.</summary>
    /// <param name="uid">The user.</param>
    public static bool Admits(uint uid) => uid == 0 || uid == OwnUid;

    /// <summary>The answer to a caller who is not admitted.</summary>
    public PeerComputeException Refusal() =>
        new(ErrorCode.Refused, $"User {Uid} may not use this node: only user {OwnUid}, who runs the daemon, and root may. Run the command as that user.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"unix:uid={Uid},pid={Pid}");

    // Effective user: second number of the line "Uid:" (proc(5)).
    private static uint ReadOwnUid()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (!line.StartsWith("Uid:", StringComparison.Ordinal)) continue;
            return uint.Parse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
        }

        throw new PeerComputeException(ErrorCode.Host, "/proc/self/status does not tell the own user; mount /proc.");
    }
}
