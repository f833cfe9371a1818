// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Native;

/// <summary>One entry of a native program's root.</summary>
/// <param name="Source">The file or folder of the host that it is; of a link what it leads to.</param>
/// <param name="Inside">Its full path inside.</param>
/// <param name="IsLink">Whether it is a link made there.</param>
internal sealed record RootEntry(string Source, string Inside, bool IsLink = false);
