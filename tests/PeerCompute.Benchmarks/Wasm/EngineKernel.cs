// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>A kernel on an engine of ours, fuel on.</summary>
internal sealed class EngineKernel : KernelRun
{
    /// <summary>Frame units granted.</summary>
    public const int FrameUnits = 1 << 20;

    private readonly Store _store;
    private readonly Preview1 _host;
    private readonly WasmInstance _instance;
    private readonly FunctionInstance _run;

    public EngineKernel(string name, WasmModule module, WasmEngine engine)
        : base(name)
    {
        _store = new Store(new FuelMeter(long.MaxValue), WasmSuite.MaxPages, FrameUnits, engine, WasmStack.BytesFor(FrameUnits));
        _host = new Preview1(_store, new WasiOptions { Files = new MemoryGuestFiles(1 << 20) });
        _instance = new WasmInstance(_store, module, _host.Resolve);
        if (_instance.Find("_initialize") is FunctionInstance initialise) _store.Invoke(initialise, []);
        _run = _instance.Find("run") is FunctionInstance { Type: { Params.Length: 0, Results: [WasmType.I64] } } run
            ? run : throw new SuiteException("a kernel defines uint64_t run(void); this one exports no such function");
    }

    public override void Dispose()
    {
        _instance.Memory?.Dispose();
        _host.Dispose();
    }

    protected override (double Seconds, string Checksum) Once()
    {
        var before = Environment.CpuUsage.TotalTime;
        var sum = _store.Invoke(_run, [])[0];
        return ((Environment.CpuUsage.TotalTime - before).TotalSeconds, sum.ToString("x", CultureInfo.InvariantCulture));
    }
}
