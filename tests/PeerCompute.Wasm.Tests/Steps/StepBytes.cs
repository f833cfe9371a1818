// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>Puts small step programs together by hand. Function 0 is <c>proc_exit</c>, 1 is <c>init</c>, 2 is <c>step</c>.</summary>
internal static class StepBytes
{
    public const byte Exit = 0;

    private static readonly byte[] Types = [3, 0x60, 0, 0, 0x60, 0, 1, 0x7F, 0x60, 1, 0x7F, 0];

    /// <summary>One page of memory, at most two.</summary>
    private static readonly byte[] SmallMemory = [1, 1, 1, 2];

    /// <param name="step">Instructions of <c>step</c>.</param>
    /// <param name="init">Instructions of <c>init</c>.</param>
    /// <param name="stepType">1 for <c>() -> i32</c>, 0 for <c>() -> ()</c>.</param>
    /// <param name="start">Whether <c>init</c> is the start function as well.</param>
    /// <param name="tables">Content of the table section.</param>
    /// <param name="globals">Content of the global section.</param>
    /// <param name="memory">Content of the memory section.</param>
    /// <param name="exports">Content of the export section; without it what a step program needs.</param>
    public static byte[] Build(
        byte[] step,
        byte[]? init = null,
        byte stepType = 1,
        bool start = false,
        byte[]? tables = null,
        byte[]? globals = null,
        byte[]? memory = null,
        byte[]? exports = null)
    {
        var module = new ModuleBytes()
            .Section(1, Types)
            .Section(2, [1, .. Name("wasi_snapshot_preview1"), .. Name("proc_exit"), 0, 2])
            .Section(3, 2, 0, stepType);
        if (tables is not null)
        {
            module.Section(4, tables);
        }

        module.Section(5, memory ?? SmallMemory);
        if (globals is not null)
        {
            module.Section(6, globals);
        }

        module.Section(7, exports ?? Exports("memory", "init", "step"));
        if (start)
        {
            module.Section(8, 1);
        }

        return module.Section(10, [2, .. Body(init ?? []), .. Body(step)]).ToArray();
    }

    public static byte[] Exports(params string[] names) => [(byte)names.Length, .. names.SelectMany(Export)];

    public static WasmModule Parse(byte[] bytes) => WasmModule.Parse(bytes, WasmLimits.Default);

    private static byte[] Export(string name) => name switch
    {
        "memory" => [.. Name(name), 2, 0],
        "step" => [.. Name(name), 0, 2],
        _ => [.. Name(name), 0, 1],
    };

    private static byte[] Name(string name) => [(byte)name.Length, .. name.Select(c => (byte)c)];

    private static byte[] Body(byte[] instructions) => [.. ModuleBytes.Unsigned((ulong)instructions.Length + 2), 0, .. instructions, 0x0B];
}
