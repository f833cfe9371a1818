// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests.Kit;

/// <summary>
/// Where attempts are made without the product's walls: own processes, mounts, network and names, 512 MiB of memory, 256 processes, a root of 64 MiB
/// (<c>enclosure.sh</c>). Only root makes one; the attempts are made by an unprivileged user.
/// </summary>
internal sealed class Enclosure : IDisposable
{
    public const int Mebibytes = 512, Processes = 256;

    private readonly string _workshop;
    private readonly string _user;
    private readonly string _root;

    /// <param name="workshop">The suite's folder.</param>
    /// <param name="user">The user that makes the attempts.</param>
    public Enclosure(string workshop, string user)
    {
        _workshop = workshop;
        _user = user;
        _root = Directory.CreateDirectory(Path.Combine(workshop, "root-" + Path.GetRandomFileName())).FullName;
        Group = OuterGroup.Make("pc-enclosure", Mebibytes, Processes, null);
    }

    /// <summary>Its control group.</summary>
    public OuterGroup Group { get; }

    /// <summary>Makes one attempt.</summary>
    public async Task<Seen> TryAsync(string name)
    {
        string[] arguments = [Path.Combine(Workshop.Sources, "enclosure.sh"), _root, Workshop.Attempts(_workshop), _user, string.Join(':', Group.Files), name];
        string said = await Command.OutputAsync("/bin/sh", arguments);
        return Seen.Read(name, said) ?? new Seen(name, Verdict.Misused, 0, "no word from the enclosure: " + said[^Math.Min(said.Length, 200)..]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Group.Dispose();
        Directory.Delete(_root);
    }
}
