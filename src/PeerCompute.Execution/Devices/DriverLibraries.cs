// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace PeerCompute.Execution.Devices;

/// <summary>The libraries of a card's driver, as the host's loader knows them: they belong to the driver in the kernel, so no image can bring them
/// along.</summary>
/// <param name="list">What <c>ldconfig -p</c> says.</param>
public sealed class DriverLibraries(Func<string?> list)
{
    private const int MostLines = 100_000;

    /// <summary>
    /// What programs load of NVIDIA's driver for computing (its README, chapter on installed components): the driver's own interface, its compilers, its
    /// tools'.
    /// Of AMD and Intel programs bring their own.
    /// </summary>
    private static readonly string[] Nvidia =
    [
        "libcuda.so", "libcudadebugger.so", "libnvidia-ml.so", "libnvidia-ptxjitcompiler.so", "libnvidia-nvvm.so", "libnvidia-nvvm70.so",
        "libnvidia-gpucomp.so", "libnvidia-opencl.so",
    ];

    /// <summary>This host's.</summary>
    public static DriverLibraries OfThisHost { get; } = new(Cache);

    /// <summary>The libraries of a maker's driver.</summary>
    /// <param name="maker">The maker, as <see cref="CardAddress.Maker"/>.</param>
    /// <returns>The name by which a program loads each, and its file; the first file of each name, as the loader does.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> Of(string maker)
    {
        if (maker != "nvidia" || list() is not { } text) return [];
        return [.. text.Split('\n').Take(MostLines).Select(Line).OfType<KeyValuePair<string, string>>().DistinctBy(static library => library.Key)];
    }

    /// <summary>What the loader's cache holds; the tool prints a file, and waits for nothing.</summary>
    private static string? Cache()
    {
        try
        {
            using Process? tool = Process.Start(new ProcessStartInfo("/sbin/ldconfig", ["-p"]) { RedirectStandardOutput = true });
            return tool?.StandardOutput.ReadToEnd();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>A line such as <c>libcuda.so.1 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libcuda.so.1</c> (ldconfig(8)).</summary>
    private static KeyValuePair<string, string>? Line(string line)
    {
        if (line.Trim().Split(" => ") is not [var left, ['/', ..] path] || left.Split(' ', 2) is not [var name, var kind]) return null;
        bool ours = kind.Contains("x86-64", StringComparison.Ordinal) || kind.Contains("AArch64", StringComparison.Ordinal);
        return ours && Nvidia.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)) ? KeyValuePair.Create(name, path) : null;
    }
}
