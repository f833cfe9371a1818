// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli;

/// <summary>The one executable: daemon, client verbs, simulator and the hidden sandbox verb.</summary>
internal static class Program
{
    private static int Main() => 0;
}
