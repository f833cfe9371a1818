// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PeerCompute.Execution.Sensors;

/// <summary>
/// What the kernel tells of a host's use, heat and power. Nothing is kept between looks; what cannot be read counts as not there. Files of other users'
/// processes are seen by root alone: a node of another user sees such a process by name, but not which drivers it has loaded.
/// </summary>
/// <param name="root">The root of the file system, or a folder with a recording of another host's <c>proc</c>, <c>sys</c> and <c>dev</c>.</param>
public sealed class HostSensors(string root)
{
    /// <summary>Ticks of processor time in a second (USER_HZ, time(7)).</summary>
    public const int TicksPerSecond = 100;

    /// <summary>Most processes looked at; a host has as many at most by default (pid_max, proc(5)).</summary>
    private const int MostProcesses = 32_768;

    private const int MostPlaces = 256, MostText = 4096;
    private const double Milli = 1e-3, Micro = 1e-6;

    /// <summary>This host.</summary>
    public static HostSensors ThisHost { get; } = new("/");

    /// <summary>The hottest place, degrees Celsius (hwmon and thermal of the kernel's sysfs interface: thousandths); null where none is told.</summary>
    public double? Celsius() => Most([.. Read("sys/class/hwmon", "temp*_input"), .. Read("sys/class/thermal", "temp")], Milli);

    /// <summary>What the largest consumer that is measured draws, watts (hwmon: microwatts); null where none is told.</summary>
    public double? Watts() => Most([.. Read("sys/class/hwmon", "power*_average"), .. Read("sys/class/hwmon", "power*_input")], Micro);

    /// <summary>Whether the host runs on a battery: one discharges (power_supply of the kernel's sysfs interface).</summary>
    public bool OnBattery() => Folders("sys/class/power_supply")
        .Any(static supply => Text(Path.Combine(supply, "type")) == "Battery" && Text(Path.Combine(supply, "status")) == "Discharging"
            && Text(Path.Combine(supply, "scope")) != "Device"); // a mouse has one too

    /// <summary>When somebody last typed at a terminal: the kernel sets a terminal's time of access then, which w(1) shows as idle time; null where there is no
    /// terminal.</summary>
    public DateTimeOffset? LastInput()
    {
        string[] terminals = [.. Terminals("dev", "tty"), .. Terminals("dev/pts", "")];
        return terminals.Length == 0 ? null : terminals.Max(static file => new DateTimeOffset(File.GetLastAccessTimeUtc(file), TimeSpan.Zero));
    }

    /// <summary>All processes.</summary>
    public IReadOnlyList<HostProcess> Processes()
        =>
        [
            .. Folders("proc", MostProcesses).Where(static folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                .Select(static folder => Text(Path.Combine(folder, "stat"))).OfType<string>().Select(HostProcess.Read).OfType<HostProcess>(),
        ];

    /// <summary>The arguments of a process, its program first; none where it has ended or is the kernel's.</summary>
    /// <param name="process">Its id.</param>
    public string[] Arguments(int process)
        => Text(Of(process, "cmdline"))?.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Whether a process has loaded a library: one of its mappings has such a file name (proc_pid_maps(5)).</summary>
    /// <param name="process">Its id.</param>
    /// <param name="names">How the file names begin.</param>
    public bool HasLoaded(int process, IReadOnlyList<string> names)
    {
        try
        {
            return File.ReadLines(Of(process, "maps"))
                .Any(line => names.Any(name => line.Contains("/" + name, StringComparison.Ordinal)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string Of(int process, string file) => Path.Combine(root, "proc", process.ToString(CultureInfo.InvariantCulture), file);

    private static double? Most(IReadOnlyList<long> values, double unit) => values.Count == 0 ? null : values.Max() * unit;

    private IEnumerable<long> Read(string folder, string pattern)
    {
        foreach (string text in Folders(folder).SelectMany(place => Entries(place, files: true, pattern)).Select(Text).OfType<string>())
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) yield return value;
        }
    }

    private string[] Folders(string folder, int most = MostPlaces) => Entries(Path.Combine(root, folder), files: false, most: most);

    /// <summary>Terminals are named by a number behind a prefix.</summary>
    private IEnumerable<string> Terminals(string folder, string prefix)
        => Entries(Path.Combine(root, folder), files: true, prefix + "*")
            .Where(file => Path.GetFileName(file)[prefix.Length..] is { Length: > 0 } number && number.All(char.IsAsciiDigit));

    private static string[] Entries(string folder, bool files, string pattern = "*", int most = MostPlaces)
    {
        try
        {
            return [.. (files ? Directory.EnumerateFiles(folder, pattern) : Directory.EnumerateDirectories(folder, pattern)).Take(most)];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The begin of a small file of the kernel; null where it cannot be read: processes and devices go at any time.</summary>
    private static string? Text(string file)
    {
        Span<byte> text = stackalloc byte[MostText];
        try
        {
            using SafeFileHandle open = File.OpenHandle(file);
            return Encoding.UTF8.GetString(text[..RandomAccess.Read(open, text, 0)]).TrimEnd('\n');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
