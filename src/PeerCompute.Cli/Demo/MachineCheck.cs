// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Demo;

/// <summary>What the demo needs of the machine: below it seven processes take turns for so long that it shows nothing.</summary>
internal static class MachineCheck
{
    /// <summary>Fewest cores.</summary>
    public const int LeastCores = 2;

    /// <summary>Least memory, bytes: 2 GB; a machine sold with 2 GiB has that much left beside its kernel.</summary>
    public const long LeastMemoryBytes = 2_000_000_000;

    /// <summary>Checks this machine, as far as this process may use it.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: it is too small.</exception>
    public static void Require() => Require(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Checks a machine.</summary>
    /// <param name="cores">Its cores.</param>
    /// <param name="memoryBytes">Its memory, bytes.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: it is too small; the message is one line.</exception>
    public static void Require(int cores, long memoryBytes)
    {
        if (cores >= LeastCores && memoryBytes >= LeastMemoryBytes) return;
        const long megabyte = 1_000_000;
        throw new PeerComputeException(ErrorCode.Host, string.Create(
            CultureInfo.InvariantCulture,
            $"The demo needs {LeastCores} cores and {LeastMemoryBytes / megabyte} MB of memory, this machine gives it {cores} and {memoryBytes / megabyte}."));
    }
}
