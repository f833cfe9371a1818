// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>A command on an engine of ours, fuel on: each run is an instance of its own with a copy of the file in memory.</summary>
internal sealed class EngineProgram(string name, WasmModule module, WasmEngine engine, (string Name, byte[] Content) file, string[] arguments)
    : KernelRun(name)
{
    private const int FilesBytes = 256 << 20;

    protected override (double Seconds, string Checksum) Once()
    {
        var files = new MemoryGuestFiles(FilesBytes);
        files.Put(file.Name, file.Content, true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var before = Environment.CpuUsage.TotalTime;
        var exit = WasiProgram.Run(module, new WasiOptions
        {
            Args = ["program", .. arguments],
            Files = files,
            StdoutSink = hash.AppendData,
            MaxStreamBytes = FilesBytes,
            FuelLimit = long.MaxValue,
            MaxPages = WasmSuite.MaxPages,
            MaxFrameUnits = EngineKernel.FrameUnits,
            Engine = engine,
            StackBytes = WasmStack.BytesFor(EngineKernel.FrameUnits),
        });
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        if (exit.ExitCode != 0) throw new SuiteException($"{Name} ended with {exit}");
        return (seconds, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
