// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Escapes;

/// <summary>What a broken-out engine tries.</summary>
public enum EscapeKind
{
    /// <summary>Opens a file of the host, open(2).</summary>
    HostFile = 1,

    /// <summary>Opens an Internet socket, socket(2).</summary>
    InetSocket = 2,

    /// <summary>Forks without end, fork(2); the probe stops at <see cref="EscapeProbe.MostProcesses"/>.</summary>
    Fork = 3,

    /// <summary>Signals the node, kill(2) with signal 0: allowed or not, none arrives.</summary>
    Signal = 4,

    /// <summary>Opens the node's memory, where its key lies, open(2) of /proc/PID/mem.</summary>
    NodeMemory = 5,
}
