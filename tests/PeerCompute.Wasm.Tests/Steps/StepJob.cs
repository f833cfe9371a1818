// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wasm.Steps;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>A step program of the tests with its terms and input files.</summary>
internal sealed class StepJob
{
    private static readonly StepTerms Terms0 = new()
    {
        StepFuel = 20_000_000,
        MaxPages = 128,
        MaxFileBytes = 4 << 20,
        MaxEntries = 100,
        Seed = 11,
        StartTime = 1_700_000_000_000_000_000,
    };

    private readonly (string Path, byte[] Bytes)[] _inputs;

    private StepJob(string name, StepTerms terms, params (string Path, byte[] Bytes)[] inputs)
    {
        Name = name;
        Module = WasmModule.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Steps", "Programs", name + ".wasm")), WasmLimits.Default);
        Terms = terms;
        _inputs = inputs;
    }

    public static string[] Names { get; } = ["sieve", "nbody", "tables", "files"];

    public string Name { get; }

    public WasmModule Module { get; }

    public StepTerms Terms { get; }

    public static StepJob Named(string name) => name switch
    {
        "sieve" => new StepJob(name, Terms0 with { Env = ["LIMIT=400000", "SEGMENT=20000"] }),
        "nbody" => new StepJob(name, Terms0 with { Env = ["STEPS=15"] }),
        "tables" => new StepJob(name, Terms0),
        "files" => new StepJob(name, Terms0, ("input", Encoding.UTF8.GetBytes(new string('x', 70) + "the end"))),
        _ => throw new ArgumentException(name),
    };

    public MemoryGuestFiles Files()
    {
        var files = Terms.NewFolder();
        foreach (var (path, bytes) in _inputs)
        {
            files.Put(path, bytes, readOnly: true);
        }

        return files;
    }

    /// <summary>All states of an undisturbed run.</summary>
    public List<StepState> Run(WasmEngine engine = WasmEngine.Interpreter)
    {
        var states = new List<StepState>();
        var host = new StepHost { Engine = engine, StderrSink = static bytes => TestContext.Out.Write(Encoding.UTF8.GetString(bytes)) };
        StepProgram.Run(Module, Terms, Files(), host, states.Add);
        return states;
    }

    public StepMachine Restore(byte[] snapshot, WasmEngine engine) =>
        StepMachine.Restore(Module, Terms, StepState.Decode(snapshot, Terms), new StepHost { Engine = engine });
}
