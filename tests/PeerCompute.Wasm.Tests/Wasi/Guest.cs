// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>Runs one of the built test programs and keeps what it wrote.</summary>
internal sealed class Guest
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    public Guest(string program, params string[] args)
    {
        Module = Load(program);
        Options = new WasiOptions
        {
            Args = [program, .. args],
            Files = Files,
            FuelLimit = 2_000_000_000,
            StdoutSink = bytes => _output.Append(Encoding.UTF8.GetString(bytes)),
            StderrSink = bytes => _errors.Append(Encoding.UTF8.GetString(bytes)),
        };
    }

    public WasmModule Module { get; }

    public MemoryGuestFiles Files { get; } = new(1 << 20);

    public WasiOptions Options { get; set; }

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    public static byte[] Bytes(string program) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Programs", program + ".wasm"));

    public static WasmModule Load(string program) => WasmModule.Parse(Bytes(program), WasmLimits.Default);

    public WasiExit Run() => WasiProgram.Run(Module, Options);
}
