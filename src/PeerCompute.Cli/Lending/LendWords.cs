// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Api.V1;
using PeerCompute.Cli.Output;
using PeerCompute.Client.Jobs;
using PeerCompute.Node.Networks;

namespace PeerCompute.Cli.Lending;

/// <summary>What is lent, and what that may cost, in words and as JSON.</summary>
internal static class LendWords
{
    /// <summary>What an isolation class keeps a job from, and what it does not (docs/sandbox.md).</summary>
    /// <param name="isolation">Its name.</param>
    public static string Risk(string isolation) => isolation switch
    {
        "wasm-strict" => "a job sees no file of this machine, no network and no other process; "
            + "to get out it would have to break the interpreter and then the kernel",
        "wasm-seccomp" => "a job that breaks the interpreter could read what this user may read; it could open no connection and start no program. "
            + "bubblewrap would shut the files away too: 'peercompute doctor'",
        "wasm-process" => "a job that breaks the interpreter could do whatever this user may do: only the interpreter and limits stand before it. "
            + "'peercompute doctor' says what is missing",
        _ => "nothing runs here: no child could be walled in. 'peercompute doctor' says why",
    };

    /// <summary>The machine, for who is about to lend it.</summary>
    public static IEnumerable<(string Name, string Value)> Machine(LendingView view)
    {
        foreach (var device in view.Devices)
        {
            var speed = device.FuelPerSecond == 0 ? "" : $", {Tables.Number(device.FuelPerSecond)} fuel/s";
            var size = device.Cores == 0 ? "" : $", {device.Cores} cores, {Mib(device.MemoryBytes)} memory{speed}";
            yield return (device.Kind, device.Runtimes.Count == 0 ? $"{device.Name}: not lent" : device.Name + size);
        }

        yield return ("isolation", $"{view.IsolationClass}: {Risk(view.IsolationClass)}");
    }

    /// <summary>What lending under terms means.</summary>
    public static IEnumerable<(string Name, string Value)> Terms(LendingView view)
    {
        var (slots, memory) = (view.Slots, view.MemoryBytes);
        yield return ("hours", view.Hours.Ranges.Count == 0 ? "always" : string.Join(", ", view.Hours.Ranges) + " local time");
        yield return ("at a time", $"{slots} {(slots == 1 ? "task" : "tasks")} of {Mib(memory)} memory each");
        yield return ("price", $"{Tables.Number(view.PerTaskMicro)} micro-units for a task");
        yield return ("mine first", string.Join("; ", Rules(view.Rules).DefaultIfEmpty("never")));
        var busy = $"{slots} {(slots == 1 ? "core is" : "cores are")} busy and {Mib(memory * slots)} of memory full";
        yield return ("at worst", $"{busy}; {Risk(view.IsolationClass)}");
    }

    /// <summary>When the machine, or its device, is its owner's.</summary>
    private static IEnumerable<string> Rules(OwnerTerms rules)
    {
        if (rules.Programs.Names.Count > 0) yield return $"while one of these runs: {string.Join(", ", rules.Programs.Names)}";
        if (rules.IdleMinutes > 0) yield return $"until nobody typed for {rules.IdleMinutes} minutes";
        if (rules.LoadPercent > 0) yield return $"while other programs use more than {rules.LoadPercent} % of its cores";
        if (rules.Celsius > 0) yield return $"while it is hotter than {rules.Celsius} °C";
        if (rules.Watts > 0) yield return $"while it draws more than {rules.Watts} W";
        if (!rules.OnBattery) yield return "on its battery";
        if (!rules.SharesDevice) yield return "the device of GPU programs while another program has it";
    }

    /// <summary>Where lending stands.</summary>
    public static IEnumerable<(string Name, string Value)> Status(LendingView view)
    {
        yield return ("lends", view.Lends ? "yes" : "no");
        yield return ("takes work now", view.TakesNow ? "yes" : $"no: {view.WhyNot}");
        yield return ("runs for others", Tables.Number(view.Running));
        if (view.Owner.Length > 0) yield return ("its owner", view.Owner);
        foreach (var device in view.Drained) yield return ("drained", device);
        if (view.PausedUntilMs > 0) yield return ("paused until", Joining.Moment((long)view.PausedUntilMs));
    }

    /// <summary>The view as JSON.</summary>
    public static JsonObject Json(LendingView view) => new()
    {
        ["lends"] = view.Lends,
        ["takesNow"] = view.TakesNow,
        ["whyNot"] = view.WhyNot,
        ["slots"] = view.Slots,
        ["memoryBytes"] = view.MemoryBytes,
        ["perTaskMicro"] = view.PerTaskMicro,
        ["hours"] = new JsonArray([.. view.Hours.Ranges.Select(static r => (JsonNode)r)]),
        ["pausedUntilMs"] = view.PausedUntilMs,
        ["isolation"] = view.IsolationClass,
        ["risk"] = Risk(view.IsolationClass),
        ["running"] = view.Running,
        ["owner"] = view.Owner,
        ["ownerRules"] = new JsonObject
        {
            ["programs"] = new JsonArray([.. view.Rules.Programs.Names.Select(static name => (JsonNode)name)]),
            ["idleMinutes"] = view.Rules.IdleMinutes,
            ["loadPercent"] = view.Rules.LoadPercent,
            ["celsius"] = view.Rules.Celsius,
            ["watts"] = view.Rules.Watts,
            ["onBattery"] = view.Rules.OnBattery,
            ["sharesDevice"] = view.Rules.SharesDevice,
        },
        ["drained"] = new JsonArray([.. view.Drained.Select(static device => (JsonNode)device)]),
        ["devices"] = new JsonArray([.. view.Devices.Select(Views.Device)]),
    };

    private static string Mib(ulong bytes) => bytes % (1 << 30) == 0 && bytes > 0
        ? Units.Size(bytes) : string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20:N0}MiB");
}
