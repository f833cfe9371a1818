// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Tests.Interpret;

/// <summary>The JIT stops optimising methods above 60,000 bytes of IL, 2,000 basic blocks or 2,000 locals.</summary>
[TestFixture]
public sealed class LoopSizeTests
{
    [Test]
    public void TheInterpretersLoopStaysWellBelowTheSizeAtWhichTheJitStopsOptimising()
    {
        var body = typeof(Interpreter).GetMethod("Run", BindingFlags.Instance | BindingFlags.NonPublic)!.GetMethodBody()!;
        var size = body.GetILAsByteArray()!.Length;
        TestContext.Out.WriteLine($"{size} bytes, {body.LocalVariables.Count} locals");
        Assert.That(size, Is.LessThan(30_000));
        Assert.That(body.LocalVariables, Has.Count.LessThan(500));
    }
}
