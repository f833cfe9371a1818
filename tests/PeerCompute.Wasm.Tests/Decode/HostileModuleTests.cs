// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Wasi;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Decode;

/// <summary>A stranger's module is run under its bounds or refused; nothing else happens.</summary>
[Category("Slow")]
[TestFixture]
public sealed class HostileModuleTests
{
    private static readonly WasmLimits Small = new() { Nesting = 50, Locals = 100, FrameSlots = 200, FunctionBytes = 1_000_000, ModuleBytes = 2_000_000 };

    [Test]
    public void AModuleCutAtAnyByteIsRefused()
    {
        var bytes = Guest.Bytes("exit");
        for (var length = 0; length < bytes.Length; length++)
        {
            // Cut between two sections, the rest may stand for itself: then it must at least not run as the whole does.
            var refusal = Refusal(bytes.AsSpan(0, length).ToArray(), WasmLimits.Default);
            Assert.That(refusal is not null || length == 8 || IsBoundary(bytes, length), Is.True, $"cut at {length}");
        }
    }

    [Test]
    public void AModuleWithAnyFlippedBitIsRefusedOrRunsWithinItsBounds([Values("exit", "hello")] string program)
    {
        var bytes = Guest.Bytes(program);
        var step = bytes.Length / 1_500;
        for (var at = 8; at < bytes.Length; at += step)
        {
            for (var bit = 0; bit < 8; bit += 3)
            {
                var changed = (byte[])bytes.Clone();
                changed[at] ^= (byte)(1 << bit);
                RunBounded(changed, $"byte {at}, bit {bit}");
            }
        }
    }

    [Test]
    public void RandomBytesBehindAValidHeaderAreRefused()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[8 + random.Next(1, 60)];
            random.NextBytes(bytes);
            new byte[] { 0, 0x61, 0x73, 0x6D, 1, 0, 0, 0 }.CopyTo(bytes, 0);
            bytes[8] = (byte)random.Next(13);
            RunBounded(bytes, Convert.ToHexString(bytes));
        }
    }

    [Test]
    public void EveryCountIsCheckedBeforeAnythingIsTakenForIt([Values(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)] int section)
    {
        byte[] huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        var module = new ModuleBytes().Section((byte)section, huge).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Refusal(module, WasmLimits.Default), Is.Not.Null);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void BlocksNestedTooDeepAreRefusedByTheNameOfTheBound()
    {
        byte[] Nested(int depth) => ModuleBytes.Function(
            0, 0, 0, [.. Enumerable.Repeat(new byte[] { 0x02, 0x40 }, depth).SelectMany(b => b), .. Enumerable.Repeat((byte)0x0B, depth)]);

        Assert.That(Refusal(Nested(Small.Nesting - 1), Small), Is.Null);
        var refusal = Refusal(Nested(Small.Nesting), Small);
        Assert.That(refusal!.Fault, Is.EqualTo(WasmFault.OverLimit));
        Assert.That(refusal.Reason, Does.Contain("nested"));
    }

    [Test]
    public void TooManyLocalsOrOperandsAreRefusedByTheNameOfTheBound()
    {
        Assert.That(Refusal(ModuleBytes.Function(0, 0, 100), Small), Is.Null);
        Assert.That(Refusal(ModuleBytes.Function(0, 0, 101), Small)!.Fault, Is.EqualTo(WasmFault.OverLimit));
        byte[] Operands(int count) => ModuleBytes.Function(
            0, 0, 90, [.. Enumerable.Repeat(new byte[] { 0x41, 0 }, count).SelectMany(b => b), .. Enumerable.Repeat((byte)0x1A, count)]);
        Assert.That(Refusal(Operands(100), Small), Is.Null);
        Assert.That(Refusal(Operands(120), Small)!.Fault, Is.EqualTo(WasmFault.OverLimit));
    }

    [Test]
    public void AModuleOrFunctionTooLargeIsRefused()
    {
        Assert.That(Refusal(new byte[Small.ModuleBytes + 1], Small)!.Fault, Is.EqualTo(WasmFault.OverLimit));
        var nops = ModuleBytes.Function(0, 0, 0, [.. Enumerable.Repeat((byte)1, Small.FunctionBytes)]);
        Assert.That(Refusal(nops, Small)!.Fault, Is.EqualTo(WasmFault.OverLimit));
    }

    [Test]
    public void AHugeTableIsRefusedAndAHugeMemoryTrapsAtTheStart()
    {
        var table = new ModuleBytes().Section(4, [1, 0x70, 0, .. ModuleBytes.Unsigned(uint.MaxValue)]).ToArray();
        Assert.That(Refusal(table, WasmLimits.Default)!.Fault, Is.EqualTo(WasmFault.OverLimit));
        var memory = WasmModule.Parse(new ModuleBytes().Section(5, [1, 0, .. ModuleBytes.Unsigned(65_536)]).ToArray(), WasmLimits.Default);
        var trap = Assert.Throws<TrapException>(() => _ = new WasmInstance(new Store(new FuelMeter(10), 100, 1_000), memory, _ => null));
        Assert.That(trap!.Kind, Is.EqualTo(TrapKind.MemoryLimitExceeded));
    }

    [TestCase(0xFD, "SIMD")]
    [TestCase(0xFE, "atomic")]
    [TestCase(0x12, "tail calls")]
    [TestCase(0x06, "exception")]
    [TestCase(0xFB, "garbage collection")]
    public void LaterFeaturesAreRefusedByName(int opcode, string name)
    {
        var refusal = Refusal(ModuleBytes.Function(0, 0, 0, (byte)opcode, 0), WasmLimits.Default);
        Assert.That(refusal!.Fault, Is.EqualTo(WasmFault.Unsupported));
        Assert.That(refusal.Reason, Does.Contain(name));
        Assert.That(refusal.Offset, Is.Positive);
    }

    [Test]
    public void AnUnknownImportIsRefusedByItsName()
    {
        var module = new ModuleBytes()
            .Section(1, 1, 0x60, 0, 0)
            .Section(2, [1, 3, .. "env"u8, 4, .. "evil"u8, 0, 0])
            .Section(3, 1, 0)
            .Section(5, 1, 0, 1)
            .Section(7, [2, 6, .. "_start"u8, 0, 1, 6, .. "memory"u8, 2, 0])
            .Section(10, 1, 2, 0, 0x0B)
            .ToArray();
        var parsed = WasmModule.Parse(module, WasmLimits.Default);
        var refusal = Assert.Throws<WasmInvalidException>(() => WasiProgram.Run(parsed, new WasiOptions { Files = new MemoryGuestFiles(1) }));
        Assert.That(refusal!.Fault, Is.EqualTo(WasmFault.Unlinkable));
        Assert.That(refusal.Reason, Does.Contain("env.evil"));
    }

    private static bool IsBoundary(byte[] bytes, int length)
    {
        var at = 8;
        while (at < length)
        {
            var (size, shift) = (0, 0);
            at++;
            do
            {
                size |= (bytes[at] & 0x7F) << shift;
                shift += 7;
            }
            while (bytes[at++] >= 0x80);

            at += size;
        }

        return at == length;
    }

    private static WasmInvalidException? Refusal(byte[] bytes, WasmLimits limits)
    {
        try
        {
            WasmModule.Parse(bytes, limits);
            return null;
        }
        catch (WasmInvalidException refusal)
        {
            return refusal;
        }
    }

    private static void RunBounded(byte[] bytes, string name)
    {
        try
        {
            var exit = WasiProgram.Run(WasmModule.Parse(bytes, WasmLimits.Default), new WasiOptions
            {
                Files = new MemoryGuestFiles(10_000),
                FuelLimit = 50_000,
                MaxPages = 32,
                MaxFrameUnits = 10_000,
            });
            Assert.That(exit.FuelUsed, Is.LessThanOrEqualTo(50_000), name);
            Assert.That(exit.PeakPages, Is.LessThanOrEqualTo(32), name);
        }
        catch (WasmInvalidException refusal)
        {
            Assert.That(refusal.Reason, Is.Not.Empty, name);
        }
    }
}
