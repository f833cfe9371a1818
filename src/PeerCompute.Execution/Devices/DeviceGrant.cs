// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>What of the host a program gets to see so that it can use one device, and nothing more; chosen by the host (<see cref="DeviceGrants"/>).</summary>
public sealed record DeviceGrant
{
    /// <summary>Where libraries lie inside that the root does not have.</summary>
    public const string LibraryFolder = "/run/card";

    /// <summary>Nothing.</summary>
    public static DeviceGrant None { get; } = new();

    /// <summary>Device nodes, and where they are inside: to be read, written and controlled.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Nodes { get; init; } = [];

    /// <summary>Files and folders, and where they are inside, only to be read.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Files { get; init; } = [];

    /// <summary>Links: what they say, and where they are inside.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Links { get; init; } = [];

    /// <summary>The driver's libraries: the name by which programs load one, and its file here.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Libraries { get; init; } = [];

    /// <summary>Environment, as NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The libraries that a program does not see already: in a root of its own all, else those outside of <c>/usr</c>.</summary>
    /// <param name="ownRoot">Whether the program has a root of its own.</param>
    public IEnumerable<KeyValuePair<string, string>> Missing(bool ownRoot)
        => Libraries.Where(library => ownRoot || !library.Value.StartsWith("/usr/", StringComparison.Ordinal));
}
