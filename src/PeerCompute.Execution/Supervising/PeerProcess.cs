// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Supervising;

/// <summary>The process at the other end of a Unix socket, as the kernel knows it: SO_PEERCRED of unix(7).</summary>
/// <param name="Pid">Who connected; or, for who connected, who listens.</param>
/// <param name="User">Its effective user then.</param>
internal readonly record struct PeerProcess(int Pid, uint User)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int CredentialBytes = 12;

    /// <summary>Whether it acts as our own user.</summary>
    public bool IsOwn => Pid > 0 && User == ProcessWalls.EffectiveUser;

    /// <summary>Asks the kernel.</summary>
    public static PeerProcess Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialBytes];
        int length = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return length == CredentialBytes ? new PeerProcess(MemoryMarshal.Read<int>(credentials), MemoryMarshal.Read<uint>(credentials[4..])) : default;
    }
}
