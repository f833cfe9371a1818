// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Escapes;

/// <summary>Runs inside a child: makes the system calls of an engine that a program has taken over.</summary>
internal static class BrokenEngine
{
    private const int MostFiles = 32;

    /// <summary>Makes every attempt once.</summary>
    /// <param name="filterStands">Whether the filter of system calls was accepted.</param>
    /// <param name="node">Process id of the node, as the host counts.</param>
    /// <param name="files">Files of the host.</param>
    public static EscapesMessage Run(bool filterStands, int node, IReadOnlyList<string> files)
    {
        string process = node.ToString(CultureInfo.InvariantCulture);
        var attempts = new List<EscapeAttempt>();
        foreach (string file in files.Take(MostFiles)) Add(EscapeKind.HostFile, file, HostileCalls.Open(file));
        Add(EscapeKind.NodeMemory, process, HostileCalls.Open($"/proc/{process}/mem"));
        Add(EscapeKind.Signal, process, HostileCalls.Signal(node));
        Add(EscapeKind.InetSocket, "", HostileCalls.InetSocket());
        int refused = HostileCalls.Fork(EscapeProbe.MostProcesses, out int made);
        Add(EscapeKind.Fork, "", refused, made);
        return new EscapesMessage { Attempts = attempts };

        void Add(EscapeKind kind, string target, int errno, int count = 0) => attempts.Add(new EscapeAttempt(kind, target, errno, count, filterStands));
    }
}
