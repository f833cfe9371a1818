// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Endless recursion ends with the guest's own trap where the stack is as large as it should be, and with the host's fault where it is not.</summary>
[TestFixture]
public sealed class StackTests
{
    private const int Units = 1 << 18;

    // Each calls itself for ever, with parameters and locals that stay in use over the call.
    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return new TestCaseData(0, 0, new byte[] { 0x10, 0 }).SetArgDisplayNames("nothing");
        yield return new TestCaseData(1, 0, new byte[] { 0x20, 0, 0x10, 0, 0x20, 0, 0x1A }).SetArgDisplayNames("one parameter");
        yield return new TestCaseData(1, 1, new byte[] { 0x03, 0x40, 0x20, 0, 0x10, 0, 0x20, 0, 0x0D, 0, 0x0B }).SetArgDisplayNames("in a loop");
        yield return new TestCaseData(8, 0, Many(8)).SetArgDisplayNames("eight parameters");
        yield return new TestCaseData(60, 0, Many(60)).SetArgDisplayNames("sixty parameters");
        yield return new TestCaseData(2, 200, Locals(2, 200)).SetArgDisplayNames("two hundred locals");
        yield return new TestCaseData(1, 0, Stores()).SetArgDisplayNames("values of memory");
    }

    [TestCaseSource(nameof(Shapes))]
    public void TheCountOfFramesEndsBeforeTheStack(int parameters, int locals, byte[] body)
    {
        Assert.That(Recurse(Parse(parameters, locals, body), parameters, WasmStack.BytesFor(Units)), Is.EqualTo(TrapKind.CallStackExhausted));
    }

    /// <summary>A call from within a region takes a frame of the region on top of that of the trunk.</summary>
    [TestCaseSource(nameof(Shapes))]
    public void SoItDoesWhereTheCallIsOutOfAPart(int parameters, int locals, byte[] body)
    {
        body = [.. Enumerable.Repeat<byte[]>([0x41, 0, 0x41, 0, 0x36, 2, 0], 8).SelectMany(static store => store), .. body];
        var split = 0;
        foreach (var size in (int[])[60, 100, 200, 400, 800, 1600, 3200, 6400])
        {
            var module = Parse(parameters, locals, body);
            module.SplitSizes = SmallParts.Of(size);
            var regions = module.CompiledFor(false).Regions;
            split += regions;
            if (regions == 0) continue;
            var end = Recurse(module, parameters, WasmStack.BytesFor(Units));
            Assert.That(end, Is.EqualTo(TrapKind.CallStackExhausted), $"{regions} parts of at most {size} bytes");
        }

        Assert.That(split, Is.Positive);
    }

    [Test]
    public void AStackThatIsTooSmallIsTheHostsFault()
    {
        Assert.That(
            () => Recurse(Parse(8, 0, Many(8)), 8, (1 << 20) + (128 << 10)),
            Throws.TypeOf<InsufficientExecutionStackException>());
    }

    private static WasmModule Parse(int parameters, int locals, byte[] body)
        => WasmModule.Parse(ModuleBytes.Function(parameters, 0, locals, body), WasmLimits.Default);

    private static TrapKind Recurse(WasmModule module, int parameters, long stack)
    {
        const int own = 128 << 10;
        return GuestThread.Run(
            () =>
            {
                var store = new Store(new FuelMeter(long.MaxValue), 100, Units, WasmEngine.Compiler, stack);
                var instance = new WasmInstance(store, module, _ => null);
                try
                {
                    store.Invoke((FunctionInstance)instance.Find("f")!, new ulong[parameters]);
                    return TrapKind.None;
                }
                catch (TrapException trap)
                {
                    return trap.Kind;
                }
            },
            (int)stack + own);
    }

    private static byte[] Many(int parameters)
    {
        var body = new List<byte>();
        for (byte i = 0; i < parameters; i++) body.AddRange([0x20, i]);
        body.AddRange([0x10, 0]);
        for (byte i = 0; i < parameters; i++) body.AddRange([0x41, 0, 0x20, i, 0x36, 2, (byte)(4 * (i & 15))]);
        return [.. body];
    }

    private static byte[] Locals(int parameters, int locals)
    {
        var body = new List<byte>();
        for (var i = parameters; i < parameters + locals; i++) body.AddRange([0x41, 0, 0x29, 3, (byte)(i & 127), 0x21, .. ModuleBytes.Unsigned((ulong)i)]);
        for (byte i = 0; i < parameters; i++) body.AddRange([0x20, i]);
        body.AddRange([0x10, 0]);
        for (var i = parameters; i < parameters + locals; i++) body.AddRange([0x41, 0, 0x20, .. ModuleBytes.Unsigned((ulong)i), 0x37, 3, (byte)(i & 127)]);
        return [.. body];
    }

    private static byte[] Stores()
    {
        var body = new List<byte>();
        for (byte i = 0; i < 60; i++) body.AddRange([0x41, i, 0x41, i, 0x28, 2, 0]);
        body.AddRange([0x20, 0, 0x10, 0]);
        for (byte i = 0; i < 60; i++) body.AddRange([0x36, 2, 0]);
        return [.. body];
    }
}
