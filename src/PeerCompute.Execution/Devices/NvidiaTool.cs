// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>Reads what <c>nvidia-smi</c> says (its manual, section on --query-gpu). It lists GPUs and nothing else.</summary>
public static class NvidiaTool
{
    /// <summary>Cards listed at most; further lines are not read.</summary>
    public const int MostCards = 64;

    /// <summary>How it is asked; drivers before 510 do not know <c>compute_cap</c>.</summary>
    public static readonly IReadOnlyList<string> Arguments = [Query + ",compute_cap", Form];

    internal static readonly IReadOnlyList<string> OlderArguments = [Query, Form];

    private const string Query = "--query-gpu=name,memory.total,driver_version";
    private const string Form = "--format=csv,noheader,nounits";

    /// <summary>Reads the table.</summary>
    /// <param name="text">One line for each card: name, MiB, driver, and compute capability where it is known.</param>
    /// <returns>The cards; a line of another form is left out.</returns>
    public static IEnumerable<Device> Read(string text) => text.Split('\n', MostCards + 1).Take(MostCards).Select(Card).OfType<Device>();

    private static Device? Card(string line)
    {
        string[] cells = line.Split(',', StringSplitOptions.TrimEntries);
        if (cells.Length is not (3 or 4) || cells[0].Length == 0) return null;
        bool known = long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out long mebibytes) && mebibytes <= 1L << 30;
        return new Device(DeviceKind.Gpu, cells[0])
        {
            Vendor = "NVIDIA Corporation",
            Driver = cells[2].Length == 0 ? "unknown" : cells[2],
            Capability = cells.Length == 4 && char.IsAsciiDigit(cells[3].FirstOrDefault()) ? $"cuda {cells[3]}" : "cuda",
            MemoryBytes = known ? mebibytes << 20 : 0,
            Note = "listed; jobs cannot use cards yet",
        };
    }
}
