// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Sensors;
using PeerCompute.Execution.Supervising;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Lending;

/// <summary>Looks whether the owner uses the machine or one of its devices, as far as the owner's rules ask for it.</summary>
/// <param name="sensors">The host, or a recording.</param>
/// <param name="cores">Cores of the host.</param>
/// <param name="time">The clock on the wall.</param>
/// <param name="supervisor">Id of the process that has this node's children; null, or null where there is none: only what is called like one is.</param>
public sealed class OwnerEye(HostSensors sensors, int cores, TimeProvider time, Func<int?>? supervisor = null)
{
    /// <summary>Drivers of OpenCL for processors, as their libraries are named: PoCL's, Intel's. Who has one loaded uses the processor as a device.</summary>
    private static readonly string[] ProcessorDrivers = ["libpocl", "libintelocl"];

    /// <summary>
    /// What programs that compute on a card have loaded, by its maker: the driver's interfaces for computing, OpenCL's included. Programs that only draw are
    /// not
    /// seen by that, and a desktop draws all the time.
    /// </summary>
    private static readonly Dictionary<string, string[]> CardDrivers = new(StringComparer.Ordinal)
    {
        ["nvidia"] = ["libcuda.so", "libnvidia-opencl.so"],
        ["amd"] = ["libhsa-runtime64.so", "libamdocl64.so", "libRusticlOpenCL.so"],
        ["intel"] = ["libze_intel_gpu.so", "libigdrcl.so", "libRusticlOpenCL.so"],
    };

    /// <summary>What loads drivers and only lists devices.</summary>
    private const string Lister = "clinfo";

    /// <summary>Every so many looks what a process has loaded is read although it has not run since: it may have run for less than a tick.</summary>
    private const int LooksBetween = 10;

    private int _looks;
    private Dictionary<int, ulong> _without = [];

    private (long At, Dictionary<int, ulong> Ticks)? _before;

    /// <summary>Why the machine is its owner's now.</summary>
    /// <param name="rules">The owner's rules.</param>
    /// <returns>The reason in words, for the owner alone; empty where there is none.</returns>
    public string Machine(OwnerRules rules)
    {
        if (!rules.OnBattery && sensors.OnBattery()) return "it runs on its battery";
        if (rules.Celsius > 0 && sensors.Celsius() is { } celsius && celsius > rules.Celsius) return $"it is {celsius:0} °C hot, the limit is {rules.Celsius}";
        if (rules.Watts > 0 && sensors.Watts() is { } watts && watts > rules.Watts) return $"it draws {watts:0} W, the limit is {rules.Watts}";
        if (rules.IdleMinutes > 0 && sensors.LastInput() is { } last && time.GetUtcNow() - last < TimeSpan.FromMinutes(rules.IdleMinutes))
            return $"somebody typed within {rules.IdleMinutes} minutes";
        return rules.LooksAtProcesses ? Processes(rules) : "";
    }

    /// <summary>Why a device is its owner's now: a program that works for no node has its driver loaded.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rules">The owner's rules.</param>
    /// <returns>The reason in words, for the owner alone; empty where there is none, or nothing can be seen of such a device.</returns>
    public string Device(Device device, OwnerRules rules)
    {
        if (rules.SharesDevice || Drivers(device) is not { } drivers) return "";
        var before = _looks++ % LooksBetween == 0 ? [] : _without;
        _without = [];
        HostProcess? user = null;
        foreach (var process in Others())
        {
            var ran = !before.TryGetValue(process.Id, out var ticks) || ticks != process.Ticks;
            if (ran && process.Name != Lister && sensors.HasLoaded(process.Id, drivers)) user = process;
            else _without[process.Id] = process.Ticks;
        }

        return user is null ? "" : $"{user.Name} (process {user.Id}) uses {device.Model}";
    }

    private static string[]? Drivers(Device device) => device.Kind == DeviceKind.Cpu ? ProcessorDrivers
        : device.Card is { } card ? CardDrivers.GetValueOrDefault(card.Maker) : null;

    private string Processes(OwnerRules rules)
    {
        var others = Others();
        if (others.FirstOrDefault(process => rules.Names(process.Name)) is { } program) return $"{program.Name} runs (process {program.Id})";
        var load = Load(others);
        return rules.LoadPercent > 0 && load > rules.LoadPercent ? $"other programs use {load:0} % of its cores, the limit is {rules.LoadPercent}" : "";
    }

    /// <summary>How much of all cores these used since the look before, percent; 0 at the first look. Who has ended since counts no more.</summary>
    private double Load(IReadOnlyList<HostProcess> others)
    {
        var now = (At: time.GetTimestamp(), Ticks: others.ToDictionary(static process => process.Id, static process => process.Ticks));
        var before = _before;
        _before = now;
        if (before is not { } then) return 0;
        var used = 0UL;
        foreach (var (id, ticks) in now.Ticks)
        {
            if (then.Ticks.TryGetValue(id, out var earlier) && ticks > earlier) used += ticks - earlier;
        }

        var seconds = time.GetElapsedTime(then.At, now.At).TotalSeconds;
        return seconds <= 0 ? 0 : 100.0 * used / HostSensors.TicksPerSecond / seconds / cores;
    }

    private IReadOnlyList<HostProcess> Others() => new ProcessTree(sensors.Processes(), IsNode).Others();

    /// <summary>Whether a process is a daemon or the supervisor of one: this node's by their ids, others by how they were started.</summary>
    private bool IsNode(HostProcess process)
        => process.Id == Environment.ProcessId || process.Id == supervisor?.Invoke()
            || (process.Name is "peercompute" or "dotnet" && Verb(process.Name, sensors.Arguments(process.Id)) is "daemon" or Supervisor.Verb);

    /// <summary>The verb of <c>peercompute VERB</c> and of <c>dotnet peercompute.dll VERB</c>, with <c>exec</c> or not; null of other programs.</summary>
    private static string? Verb(string program, string[] arguments) => arguments switch
    {
        [_, var verb, ..] when program == "peercompute" => verb,
        [_, "exec", var file, var verb, ..] when IsProgram(file) => verb,
        [_, var file, var verb, ..] when IsProgram(file) => verb,
        _ => null,
    };

    private static bool IsProgram(string file) => Path.GetFileName(file) == "peercompute.dll";
}
