// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Compile;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Interpret;

/// <summary>Fuel, frames and growth counted by hand from docs/wasm.md.</summary>
[TestFixture(WasmEngine.Interpreter)]
[TestFixture(WasmEngine.Compiler)]
public sealed class FuelTests(WasmEngine engine)
{
    [Test]
    public void AStraightLineIsChargedItsInstructions() =>

        // local.get, local.get, i32.add: three; end weighs nothing, whatever they are fused to.
        Assert.That(Used(ModuleBytes.Function(2, 1, 0, 0x20, 0, 0x20, 1, 0x6A), 4, 5), Is.EqualTo((9, 3)));

    [Test]
    public void ALoopIsChargedForEachTurnAndItsExit() =>

        // loop: local.get, const, sub, tee, br_if (5 a turn), then local.get.
        Assert.That(
            Used(ModuleBytes.Function(1, 1, 0, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6B, 0x22, 0, 0x0D, 0, 0x0B, 0x20, 0), 10),
            Is.EqualTo((0, (10 * 5) + 1)));

    [Test]
    public void OnlyTheArmTakenIsCharged()
    {
        // local.get, if (2); then: const, const, add (3); else: const (1).
        var module = ModuleBytes.Function(1, 1, 0, 0x20, 0, 0x04, 0x7F, 0x41, 1, 0x41, 2, 0x6A, 0x05, 0x41, 7, 0x0B);
        Assert.That(Used(module, 1), Is.EqualTo((3, 5)));
        Assert.That(Used(module, 0), Is.EqualTo((7, 3)));
    }

    [Test]
    public void WhatFollowsABranchIsNeverCharged() =>

        // block: const, br 0 (2); the rest of the block is unreachable, nested blocks too; then nop (1) and nothing else.
        Assert.That(
            Used(ModuleBytes.Function(0, 1, 0, 0x02, 0x7F, 0x41, 9, 0x0C, 0, 0x41, 1, 0x02, 0x40, 0x01, 0x01, 0x0B, 0x1A, 0x41, 1, 0x0B, 0x01)),
            Is.EqualTo((9, 3)));

    [Test]
    public void ALoopThatIsChargedBehindAnEmptyOneEnds() =>

        // loop, loop, end, br 0: one unit a turn, charged where nothing is seen from outside.
        Assert.That(Trap(ModuleBytes.Function(0, 0, 0, 0x03, 0x40, 0x03, 0x40, 0x0B, 0x0C, 0, 0x0B), new FuelMeter(1_000)), Is.EqualTo(TrapKind.FuelExhausted));

    [Test]
    public void ABlockThatTrapsHalfWayIsChargedInFull()
    {
        // const, const, div_u (trap), const, add.
        var meter = new FuelMeter(100);
        Assert.That(Trap(ModuleBytes.Function(0, 1, 0, 0x41, 1, 0x41, 0, 0x6E, 0x41, 1, 0x6A), meter), Is.EqualTo(TrapKind.IntegerDivideByZero));
        Assert.That(meter.Used, Is.EqualTo(5));
    }

    [Test]
    public void LocalsAreChargedByEight()
    {
        Assert.That(Used(ModuleBytes.Function(0, 0, 7, 0x01)).Fuel, Is.EqualTo(1));
        Assert.That(Used(ModuleBytes.Function(0, 0, 8, 0x01)).Fuel, Is.EqualTo(2));
        Assert.That(Used(ModuleBytes.Function(0, 0, 80, 0x01)).Fuel, Is.EqualTo(11));
    }

    [Test]
    public void BulkWorkIsChargedByEightBytesAndTableWorkByElement()
    {
        // const, const, const, fill: 4 and 100 / 8 rounded up.
        Assert.That(Used(ModuleBytes.Function(0, 0, 0, 0x41, 0, 0x41, 1, 0x41, 0xE4, 0, 0xFC, 11, 0)).Fuel, Is.EqualTo(4 + 13));
        Assert.That(Used(ModuleBytes.Function(0, 0, 0, 0x41, 0, 0x41, 1, 0x41, 0xE4, 0, 0xFC, 10, 0, 0)).Fuel, Is.EqualTo(4 + 13));

        // memory.grow by 2 pages succeeds, by one more fails and costs its weight only.
        Assert.That(Used(ModuleBytes.Function(0, 1, 0, 0x41, 2, 0x40, 0)), Is.EqualTo((1, 2 + (2 * 8_192))));
        Assert.That(Used(ModuleBytes.Function(0, 1, 0, 0x41, 3, 0x40, 0)), Is.EqualTo((-1, 2)));

        // table.grow by 10 null references: ref.null, const, grow.
        Assert.That(Used(ModuleBytes.Function(0, 1, 0, 0xD0, 0x70, 0x41, 10, 0xFC, 15, 0)), Is.EqualTo((1, 3 + 10)));
        Assert.That(Used(ModuleBytes.Function(0, 1, 0, 0xD0, 0x70, 0x41, 20, 0xFC, 15, 0)), Is.EqualTo((-1, 3)));
    }

    [Test]
    public void TheLastUnitSufficesAndOneLessDoesNot()
    {
        var module = ModuleBytes.Function(0, 1, 0, 0x41, 1, 0x41, 2, 0x6A);
        Assert.That(Trap(module, new FuelMeter(3)), Is.EqualTo(TrapKind.None));
        var meter = new FuelMeter(2);
        Assert.That(Trap(module, meter), Is.EqualTo(TrapKind.FuelExhausted));
        Assert.That(meter.Used, Is.EqualTo(2), "what cannot be charged uses up the rest");
    }

    [Test]
    public void ABlockOfMoreThanSixteenBitsIsChargedExactly()
    {
        // A branch whose two ways lead to very long blocks: 70,000 nops each.
        var nops = Enumerable.Repeat((byte)0x01, 70_000);
        var module = ModuleBytes.Function(1, 0, 0, [0x02, 0x40, 0x20, 0, 0x0D, 0, .. nops, 0x0B, .. nops]);
        Assert.That(Used(module, 1).Fuel, Is.EqualTo(2 + 70_000));
        Assert.That(Used(module, 0).Fuel, Is.EqualTo(2 + 140_000));
        var compared = ModuleBytes.Function(1, 0, 0, [0x02, 0x40, 0x20, 0, 0x41, 5, 0x46, 0x0D, 0, .. nops, 0x0B, .. nops]);
        Assert.That(Used(compared, 5).Fuel, Is.EqualTo(4 + 70_000));
        Assert.That(Used(compared, 0).Fuel, Is.EqualTo(4 + 140_000));
    }

    [Test]
    public void ManySlicesAddUpExactly()
    {
        // The loop of above, three million turns: fuel is handed out in slices of about a million.
        var module = ModuleBytes.Function(1, 1, 0, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6B, 0x22, 0, 0x0D, 0, 0x0B, 0x20, 0);
        Assert.That(Used(module, 3_000_000).Fuel, Is.EqualTo((3_000_000 * 5) + 1));
    }

    [Test]
    public void DepthIsCountedInFrameUnits()
    {
        // f(n) = n == 0 ? 0 : f(n - 1) + 0: 8 units, 1 parameter, 3 locals, 2 operands at most.
        var module = ModuleBytes.Function(1, 1, 3, 0x20, 0, 0x45, 0x04, 0x7F, 0x41, 0, 0x05, 0x20, 0, 0x41, 1, 0x6B, 0x10, 0, 0x41, 0, 0x6A, 0x0B);
        const int frame = 8 + 1 + 3 + 2;
        Assert.That(Trap(module, new FuelMeter(1_000_000), frame * 11, 10), Is.EqualTo(TrapKind.None));
        Assert.That(Trap(module, new FuelMeter(1_000_000), (frame * 11) - 1, 10), Is.EqualTo(TrapKind.CallStackExhausted));
        Assert.That(Trap(module, new FuelMeter(100_000_000), frame * 100_001, 100_000), Is.EqualTo(TrapKind.None), "the count alone decides");
    }

    private (int Result, long Fuel) Used(byte[] bytes, params ulong[] arguments)
    {
        var meter = new FuelMeter(1_000_000_000);
        var results = Invoke(bytes, meter, 100_000, arguments);
        return (results.Length == 0 ? 0 : (int)results[0], meter.Used);
    }

    private TrapKind Trap(byte[] bytes, FuelMeter meter, int units = 1_000, params ulong[] arguments)
    {
        try
        {
            Invoke(bytes, meter, units, arguments);
            return TrapKind.None;
        }
        catch (TrapException trap)
        {
            return trap.Kind;
        }
    }

    private ulong[] Invoke(byte[] bytes, FuelMeter meter, int units, ulong[] arguments)
    {
        return GuestThread.Run(() =>
        {
            var store = new Store(meter, 100, units, engine, GuestThread.StackBytes);
            var instance = new WasmInstance(store, WasmModule.Parse(bytes, WasmLimits.Default), _ => null);
            return store.Invoke((FunctionInstance)instance.Find("f")!, arguments);
        });
    }
}
