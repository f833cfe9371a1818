// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Networks;

/// <summary>What a node says when it finds nobody at its start: which address, which error, and which ways there are.</summary>
public static class BootstrapReport
{
    /// <summary>The text for the operator.</summary>
    /// <param name="network">The node's network.</param>
    /// <param name="failures">Each bootstrap address with its error; none where no address is known.</param>
    /// <param name="lan">Whether the node looks for others on the LAN by itself.</param>
    /// <returns>Lines, each of them whole.</returns>
    public static string Text(NetworkId network, IReadOnlyList<(string Address, string Error)> failures, bool lan)
    {
        var text = new StringBuilder(failures.Count == 0
            ? $"This node knows nobody in network {network} yet: its home names no bootstrap address."
            : $"Nobody in network {network} answers; the node goes on and asks again:");
        foreach (var (address, error) in failures) text.Append($"\n  {address}: {error}");
        if (lan) text.Append("\n  on a LAN      nothing to do: nodes of one network find each other there");
        text.Append("\n  by invite     peercompute join LINE, with a line that a node of the network wrote: peercompute invite");
        text.Append("\n  own network   peercompute init --network new --home DIR, then peercompute invite there");
        return text.ToString();
    }
}
