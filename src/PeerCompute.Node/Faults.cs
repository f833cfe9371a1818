// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;

namespace PeerCompute.Node;

/// <summary>Ends the process at a fault point that a test names: <c>PEERCOMPUTE_FAULT=point[:nth]</c> (docs/protocol/fault-points.md).</summary>
internal static class Faults
{
    private const string Variable = "PEERCOMPUTE_FAULT";

    /// <summary>Arms what the environment names, if anything.</summary>
    /// <exception cref="PeerComputeException">The variable is not of the form.</exception>
    public static void Arm()
    {
        var wanted = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(wanted)) return;
        var colon = wanted.IndexOf(':');
        var name = colon < 0 ? wanted : wanted[..colon];
        var left = 1;
        if (colon >= 0 && (!int.TryParse(wanted[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out left) || left < 1))
        {
            throw new PeerComputeException(ErrorCode.Usage, $"{Variable}={wanted}: write a fault point's name, or its name, a colon and a number from 1.");
        }

        FaultPoint.Armed = point =>
        {
            if (point != name || Interlocked.Decrement(ref left) != 0) return;
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        };
    }
}
