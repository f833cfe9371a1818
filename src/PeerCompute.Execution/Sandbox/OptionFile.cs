// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Execution.Sandbox;

/// <summary>Options of bubblewrap as it reads them from a descriptor (<c>--args</c>), since every user of the host may read command lines.</summary>
internal static class OptionFile
{
    /// <summary>The bytes: each option with a zero after it.</summary>
    public static byte[] Of(IEnumerable<string> options) => Encoding.UTF8.GetBytes(string.Concat(options.Select(option => option + '\0')));
}
