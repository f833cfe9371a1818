// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sensors;

namespace PeerCompute.Node.Tests.Lending;

/// <summary>A host that a test makes up, as the kernel would show it.</summary>
internal sealed class OwnerTree(string root)
{
    public HostSensors Sensors { get; } = new(root);

    public void Battery(bool discharges)
    {
        Write("sys/class/power_supply/BAT0/type", "Battery");
        Write("sys/class/power_supply/BAT0/status", discharges ? "Discharging" : "Charging");
    }

    public void Celsius(int degrees) => Write("sys/class/hwmon/hwmon0/temp1_input", $"{degrees}000");

    public void Watts(int watts) => Write("sys/class/hwmon/hwmon0/power1_average", $"{watts}000000");

    public void Typed(DateTimeOffset at)
    {
        Write("dev/pts/0", "");
        File.SetLastAccessTimeUtc(Path.Combine(root, "dev/pts/0"), at.UtcDateTime);
    }

    /// <summary>A process, with what it has used and loaded.</summary>
    public void Process(int id, string name, int parent = 1, int ticks = 0, string loaded = "/usr/lib/libc.so.6", params string[] arguments)
    {
        Write($"proc/{id}/stat", $"{id} ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 {ticks} 0 0 0 20 0");
        Write($"proc/{id}/cmdline", string.Join('\0', [name, .. arguments]) + '\0');
        Write($"proc/{id}/maps", $"7f0000000000-7f0000001000 r--p 00000000 08:01 7 {loaded}");
    }

    public void Ends(int id) => Directory.Delete(Path.Combine(root, $"proc/{id}"), recursive: true);

    private void Write(string file, string text)
    {
        var path = Path.Combine(root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
