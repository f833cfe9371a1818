// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Wasm.Compile;
using PeerCompute.Wasm.Tests.Compile;

namespace PeerCompute.Wasm.Tests.Spec;

/// <summary>The WebAssembly 2.0 specification's own tests, one case for each file.</summary>
[TestFixture]
public sealed class SpecTests
{
    private static IEnumerable<string> Core() => SpecFiles.Names("core");

    private static IEnumerable<string> Simd() => SpecFiles.Names("simd");

    [TestCaseSource(nameof(Core))]
    public void EveryAssertionOfTheCoreFileHolds(string name)
    {
        var json = SpecFiles.Convert("core", name);
        var folder = Path.GetDirectoryName(json)!;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(json));
            var commands = document.RootElement.GetProperty("commands");
            var interpreter = Run(folder, WasmEngine.Interpreter, SplitSizes.Default, commands);
            var compiler = Run(folder, WasmEngine.Compiler, SplitSizes.Default, commands);
            Assert.That(compiler.Fuel, Is.EqualTo(interpreter.Fuel), "fuel used after each command");
            var split = Run(folder, WasmEngine.Compiler, SmallParts.Of(100), commands);
            Assert.That(split.Fuel, Is.EqualTo(interpreter.Fuel), "fuel used after each command, each function split");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static SpecRunner Run(string folder, WasmEngine engine, SplitSizes sizes, JsonElement commands)
    {
        var runner = GuestThread.Run(() =>
        {
            var runner = new SpecRunner(folder, engine, sizes);
            runner.Run(commands);
            return runner;
        });
        TestContext.Out.WriteLine($"{engine}: {runner.Passed} passed, {runner.Text} about the text format");
        Assert.That(runner.Failures, Is.Empty, $"{engine}: {string.Join('\n', runner.Failures.Take(20))}");
        Assert.That(runner.Passed + runner.Text, Is.Positive);
        return runner;
    }

    [TestCaseSource(nameof(Simd))]
    public void EveryModuleOfTheSimdFileIsRefusedByTheNameOfTheFeature(string name)
    {
        var json = SpecFiles.Convert("simd", name);
        var folder = Path.GetDirectoryName(json)!;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(json));
            var modules = document.RootElement.GetProperty("commands").EnumerateArray()
                .Where(c => c.GetProperty("type").GetString() == "module").Select(c => c.GetProperty("filename").GetString()!).ToArray();
            foreach (var module in modules)
            {
                var bytes = File.ReadAllBytes(Path.Combine(folder, module));
                if (!bytes.Contains((byte)0xFD) && !bytes.Contains((byte)0x7B))
                {
                    // Neither the prefix of the instructions nor the type: a helper without SIMD.
                    continue;
                }

                var refusal = Assert.Throws<WasmInvalidException>(() => WasmModule.Parse(bytes, WasmLimits.Default), module);
                Assert.That(refusal!.Fault, Is.EqualTo(WasmFault.Unsupported), module);
                Assert.That(refusal.Reason, Does.StartWith("SIMD"), module);
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
