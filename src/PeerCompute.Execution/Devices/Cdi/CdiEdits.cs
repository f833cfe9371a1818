// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices.Cdi;

/// <summary>What a container gets for a device (CDI specification, containerEdits); hooks are programs of others, and are not run.</summary>
/// <param name="Nodes">Device nodes: where one is here, and where inside.</param>
/// <param name="Mounts">Files of the driver: where one is here, and where inside.</param>
/// <param name="Environment">As NAME=value.</param>
internal sealed record CdiEdits(
    IReadOnlyList<KeyValuePair<string, string>> Nodes, IReadOnlyList<KeyValuePair<string, string>> Mounts, IReadOnlyList<string> Environment)
{
    public static CdiEdits None { get; } = new([], [], []);
}
