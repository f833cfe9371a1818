// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Protocol;

/// <summary>What a child could not do when it tried: each true is a wall that holds.</summary>
internal sealed record WallsMessage
{
    /// <summary>The filter of system calls was accepted.</summary>
    public bool Filter { get; init; }

    /// <summary>No exec can raise its rights.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>No socket of any family could be opened.</summary>
    public bool NoSockets { get; init; }

    /// <summary>No process could be started.</summary>
    public bool NoProcesses { get; init; }

    /// <summary>The files of the host are out of sight.</summary>
    public bool NoHostFiles { get; init; }

    /// <summary>The processes of the host are out of sight.</summary>
    public bool NoHostProcesses { get; init; }

    /// <summary>There is no network interface but the loopback.</summary>
    public bool NoNetwork { get; init; }

    /// <summary>It holds no capability.</summary>
    public bool NoCapabilities { get; init; }

    /// <summary>Each wall with its name, for people.</summary>
    public IEnumerable<(string Name, bool Holds)> Each()
    {
        yield return ("system-call filter", Filter);
        yield return ("no new privileges", NoNewPrivileges);
        yield return ("no sockets", NoSockets);
        yield return ("no new processes", NoProcesses);
        yield return ("no files of the host", NoHostFiles);
        yield return ("no processes of the host", NoHostProcesses);
        yield return ("no network", NoNetwork);
        yield return ("no capabilities", NoCapabilities);
    }

    /// <summary>Writes the message.</summary>
    public byte[] Encode()
    {
        ulong bits = 0;
        int at = 0;
        foreach ((_, bool holds) in Each()) bits |= (holds ? 1UL : 0) << at++;
        return new ProtoWriter().Varint(1, bits).ToArray();
    }

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireException">It breaks the format.</exception>
    public static WallsMessage Decode(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        var reader = new ProtoReader(bytes);
        while (reader.Next()) bits = reader.Varint("walls");
        return new WallsMessage
        {
            Filter = (bits & 1) != 0,
            NoNewPrivileges = (bits & 2) != 0,
            NoSockets = (bits & 4) != 0,
            NoProcesses = (bits & 8) != 0,
            NoHostFiles = (bits & 16) != 0,
            NoHostProcesses = (bits & 32) != 0,
            NoNetwork = (bits & 64) != 0,
            NoCapabilities = (bits & 128) != 0,
        };
    }
}
