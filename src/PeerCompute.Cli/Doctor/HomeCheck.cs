// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Doctor;

/// <summary>The node's folder (docs/home.md).</summary>
internal static class HomeCheck
{
    /// <summary>Free space under which a node cannot keep the outputs of a few jobs, bytes.</summary>
    public const long LeastFreeBytes = 1L << 30;

    private const string Section = "home";
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Path of a home's key.</summary>
    /// <param name="home">The home.</param>
    public static string KeyOf(string home) => Path.Combine(home, "key");

    /// <summary>Looks at a home without entering it.</summary>
    /// <param name="home">The home.</param>
    public static IReadOnlyList<Finding> Run(string home)
    {
        if (!NodeHome.Exists(home)) return [new Finding(Section, true, $"{home} is not made yet: 'peercompute init' makes it")];
        List<Finding> findings = [];
        try
        {
            findings.Add(new Finding(Section, true, $"{home} is the home of {NodeHome.IdentityOf(home)}"));
            _ = NodeHome.ConfigIn(home);
        }
        catch (PeerComputeException e)
        {
            findings.Add(new Finding(Section, false, e.Message));
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(KeyOf(home)) & Others) != 0)
            findings.Add(new Finding(Section, false, $"{KeyOf(home)} can be read by other users", $"chmod 600 {KeyOf(home)}"));
        findings.Add(Space(home, new DriveInfo(home).AvailableFreeSpace));
        return findings;
    }

    /// <summary>Judges the free space of the home's disk.</summary>
    /// <param name="home">The home.</param>
    /// <param name="freeBytes">What is free for its owner, bytes.</param>
    public static Finding Space(string home, long freeBytes)
    {
        var well = freeBytes >= LeastFreeBytes;
        var what = string.Create(CultureInfo.InvariantCulture, $"{freeBytes >> 20} MiB are free on the disk of {home}");
        return new Finding(Section, well, what, well ? "" : string.Create(CultureInfo.InvariantCulture, $"free at least {LeastFreeBytes >> 20} MiB"));
    }
}
