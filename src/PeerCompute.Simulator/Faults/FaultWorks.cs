// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Faults;

/// <summary>
/// Lets a run's faults begin and end. They are changes of the world, between two windows of lanes: the trace is the same with any number of these.
/// </summary>
internal static class FaultWorks
{
    /// <summary>Schedules all faults of a run.</summary>
    public static void Begin(Simulation world)
    {
        foreach (var fault in world.Faults)
        {
            var split = fault.Kind is FaultKind.Partition or FaultKind.OneWay ? Split(world, fault) : null;
            var plans = new CrashPlan?[fault.Nodes.Length];
            world.Script(fault.AtMicros, () => Begin(world, fault, split, plans));
            if (fault.Kind != FaultKind.Reset) world.Script(fault.EndMicros, () => End(world, fault, split, plans));
        }
    }

    private static Split Split(Simulation world, Fault fault)
    {
        var island = new bool[world.Nodes.Length];
        foreach (var index in fault.Nodes) island[index] = true;
        return new Split(island, fault.Kind == FaultKind.OneWay);
    }

    private static void Begin(Simulation world, Fault fault, Split? split, CrashPlan?[] plans)
    {
        if (split is not null) world.Network.Begin(split);
        for (var i = 0; i < fault.Nodes.Length; i++)
        {
            var node = world.Nodes[fault.Nodes[i]];
            switch (fault.Kind)
            {
                case FaultKind.Reset:
                    world.Network.ResetAll(node);
                    break;
                case FaultKind.Crash:
                    Kill(world, node, 0);
                    break;
                case FaultKind.Lost:
                    Kill(world, node, (int)fault.Strength);
                    break;
                case FaultKind.Unsaid or FaultKind.Torn or FaultKind.FullDisk when node.CrashPlan is null:
                    int? part = fault.Kind == FaultKind.Unsaid ? null : (int)fault.Strength;
                    node.CrashPlan = plans[i] = new CrashPlan(node.Disk.WritesEver + 1, AfterEffects: false, fault.ForMicros, Part: part);
                    break;
                default:
                    Change(node, fault, 1);
                    break;
            }
        }
    }

    private static void End(Simulation world, Fault fault, Split? split, CrashPlan?[] plans)
    {
        if (split is not null) world.Network.Heal(split);
        for (var i = 0; i < fault.Nodes.Length; i++)
        {
            var node = world.Nodes[fault.Nodes[i]];
            Change(node, fault, -1);
            if (plans[i] is not null && node.CrashPlan == plans[i]) node.CrashPlan = null;
            var died = fault.Kind is FaultKind.Crash or FaultKind.Lost || plans[i] is not null;
            if (died) world.Schedule(Simulation.World, SimEventKind.Start, world.Clock.Micros, node.Index, 0, null);
        }
    }

    /// <summary>What lasts is put on (1) and taken off (-1): faults of a kind that meet add up.</summary>
    private static void Change(SimNode node, Fault fault, int sign)
    {
        var trouble = node.Trouble ??= new Trouble();
        var factor = fault.Strength;
        switch (fault.Kind)
        {
            case FaultKind.Gray:
                trouble.Slower += sign * (factor - 1);
                break;
            case FaultKind.SlowDisk:
                trouble.DiskSlower += sign * (factor - 1);
                break;
            case FaultKind.Loss:
                trouble.LossPpm += sign * (int)factor;
                break;
            case FaultKind.Duplicates:
                trouble.DuplicatePpm += sign * (int)factor;
                break;
            case FaultKind.Reorder:
                trouble.JitterMicros += sign * factor;
                break;
            case FaultKind.Clock:
                node.SkewMs += sign * factor / 1000;
                break;
            case FaultKind.Clog when sign > 0:
                trouble.ClogUntil = Math.Max(trouble.ClogUntil, fault.EndMicros);
                break;
            default:
                break;
        }
    }

    private static void Kill(Simulation world, SimNode node, int lost)
        => world.Schedule(Simulation.World, SimEventKind.Kill, world.Clock.Micros, node.Index, lost, null);
}
