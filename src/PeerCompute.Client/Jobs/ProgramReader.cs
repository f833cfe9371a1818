// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Client.Jobs;

/// <summary>Reads of a job file which program it is, what that needs, and within which limits: the keys that differ between kinds of programs.</summary>
/// <param name="top">The job file.</param>
internal sealed class ProgramReader(YamlMap top)
{
    private const ulong WasmPage = 64 << 10;
    private static readonly string[] Kinds = ["module", "image", "runtime"];

    /// <summary>Whether the program is a native one.</summary>
    public bool IsNative => !top.Has("module") && (top.Has("image") || top.Has("runtime"));

    /// <summary>The native program, or null.</summary>
    /// <param name="args">Its arguments.</param>
    public JobNative? Native(IReadOnlyList<string> args)
    {
        if (Kinds.Where(top.Has).Skip(1).FirstOrDefault() is { } second)
            top.Fail(second, "a job has one program: give module (WebAssembly), or image or runtime (native)");
        var (image, runtime) = (top.Text("image", ""), top.Text("runtime", ""));
        if (!IsNative) return null;
        if (image.StartsWith(NativeSemantics.ImagePrefix, StringComparison.Ordinal) && !NativeSemantics.IsDigest(image))
            top.Fail("image", "a digest is sha256: and 64 hexadecimal digits in lower case; `peercompute image list` prints them");
        if (top.Has("runtime") && !NativeSemantics.IsRuntime(runtime))
            top.Fail("runtime", $"\"{runtime}\" is not a host runtime; write NAME@VERSION as a worker offers it, for example debian-12@12.11");
        if (NativeSemantics.IsGpuRuntime(runtime) && args.Count != 1)
            top.Fail("args", "give one argument, the name of the input that has the GPU program; `peercompute gpu build` makes one");
        else if (!NativeSemantics.IsGpuRuntime(runtime) && top.Has("runtime") && args.FirstOrDefault() is not ['/', ..])
            top.Fail("args", "the first argument is the program, by its full path in the runtime, for example /usr/bin/povray");
        return new JobNative(image, runtime, "");
    }

    /// <summary>GPU programs write files alone.</summary>
    /// <param name="outputs">Names of outputs.</param>
    public void RefuseFolders(IEnumerable<string> outputs)
    {
        if (top.Text("runtime", "") == NativeSemantics.OpenClRuntime && outputs.FirstOrDefault(FolderNames.IsFolder) is { } output)
            top.Fail("outputs", $"{output} is a folder; GPU programs write files, name these");
    }

    /// <summary>Canonical forms of outputs.</summary>
    /// <param name="outputs">Names of outputs.</param>
    public IReadOnlyList<(string Output, string Form)> Canonical(List<string> outputs)
    {
        var map = top.Map("canonical");
        var forms = new List<(string, string)>();
        foreach (var (output, form, _) in map.Entries(WireLimits.SpecItems))
        {
            if (!outputs.Contains(output)) map.Fail(output, $"{output} is not among the outputs");
            else if (FolderNames.IsFolder(output)) map.Fail(output, $"{output} is a folder; forms are of files");
            else if (Array.IndexOf(OutputForm.Known, form) < 0)
                map.Fail(output, $"\"{form}\" is not a form; write {string.Join(", ", OutputForm.Known)}");
            forms.Add((output, form));
        }

        return forms;
    }

    /// <summary>The limits of one task, and its cores.</summary>
    /// <param name="cores">Cores.</param>
    public JobLimits Limits(uint cores)
    {
        var map = top.Map("limits");
        if (IsNative && map.Has("fuel")) map.Fail("fuel", "native programs have no fuel; limits.wall bounds their time");
        foreach (var name in (string[])["work", "processes"])
        {
            if (IsNative || !map.Has(name)) continue;
            map.Fail(name, "is of native programs; leave it out");
            map.Text(name, "");
        }

        var limits = new JobLimits(
            map.Value("memory", IsNative ? 512UL << 20 : 64UL << 20, WasmPage, WireLimits.MemoryBytes, YamlUnit.Size),
            map.Value("fuel", 1_000_000_000, 1, WireLimits.Fuel, YamlUnit.Amount),
            map.Value("wall", 60_000, 1, WireLimits.WallMs, YamlUnit.Duration),
            map.Value("output", 4 << 20, 1, WireLimits.OutputBytes, YamlUnit.Size));
        if (IsNative)
        {
            limits = limits with
            {
                Fuel = 0,
                WorkBytes = map.Value("work", 64 << 20, TaskLimits.WorkBytesLeast, WireLimits.MemoryBytes, YamlUnit.Size),
                Processes = (uint)map.Value("processes", 64, 1, TaskLimits.ProcessesMost, YamlUnit.Amount),
                Cores = cores,
            };
        }

        map.Close();
        return limits;
    }

    /// <summary>What a worker must have.</summary>
    /// <returns>Cores of a task, the processor of a native program, the isolation class (empty: any), and whose card it is granted (empty: none).</returns>
    public (uint Cores, string Architecture, string Isolation, string Card) Needs()
    {
        var map = top.Map("needs");
        var kind = IsNative ? "native" : "wasm";
        var runtime = map.Text("runtime", kind);
        if (runtime == "gpu") map.Fail("runtime", "a GPU program has runtime: opencl@1 or cuda@1 (docs/gpu.md), and needs.runtime native; leave this out");
        else if (runtime is not ("wasm" or "native")) map.Fail("runtime", $"\"{runtime}\" is not a runtime; write wasm or native, or leave it out");
        else if (runtime != kind)
            map.Fail("runtime", IsNative ? "image and runtime are native programs; write native, or leave it out"
                : "native programs are named by image or runtime in place of module; write one of them, or leave this out");
        var cores = (uint)map.Value("cores", 1, 1, IsNative ? TaskLimits.CoresMost : 1, YamlUnit.Amount);
        var isolation = map.Text("isolation", "");
        var card = map.Text("card", "");
        if (card.Length > 0 && Array.IndexOf(NativeSemantics.Cards, card) < 0)
            map.Fail("card", $"\"{card}\" is no maker of cards that can be granted; write {string.Join(", ", NativeSemantics.Cards)}");
        else if (card.Length > 0 && (!IsNative || NativeSemantics.IsGpuRuntime(top.Text("runtime", ""))))
            map.Fail("card", "is of programs in an image or host runtime; GPU programs (docs/gpu.md) have the worker's device without it");
        var classes = card.Length > 0 ? "device" : kind;
        var either = NativeSemantics.IsGpuRuntime(top.Text("runtime", "")) && isolation.StartsWith("device-", StringComparison.Ordinal);
        if (isolation.Length > 0 && !either && !isolation.StartsWith(classes + "-", StringComparison.Ordinal))
            map.Fail("isolation", $"\"{isolation}\" is no class of {classes} programs; docs/sandbox.md names them, for example {classes}-strict");
        var architecture = map.Text("architecture", "x64");
        if (Array.IndexOf(NativeSemantics.Architectures, architecture) < 0)
            map.Fail("architecture", $"\"{architecture}\" is not a processor; write {string.Join(" or ", NativeSemantics.Architectures)}");
        else if (!IsNative && map.Has("architecture")) map.Fail("architecture", "WebAssembly runs on every processor; leave it out");
        map.Close();
        return (cores, architecture, isolation, card);
    }

    /// <summary>Checks the declared determinism: what makes two results of a task equal.</summary>
    /// <param name="isTolerant">Whether outputs are compared otherwise than byte for byte.</param>
    public void Determinism(bool isTolerant)
    {
        var follows = !IsNative ? "wasm" : isTolerant ? "tolerant" : "exact";
        var declared = top.Text("determinism", follows);
        if (declared == follows) return;
        top.Fail("determinism", follows switch
        {
            "wasm" => "a module is deterministic by itself; write wasm, or leave it out",
            "exact" when declared == "tolerant" => "compare says of no output how far results may differ; say it there, or write exact",
            "exact" => "write exact: equal results are equal byte for byte; or tolerant, with compare",
            _ => "compare says how far results may differ; write tolerant, or leave compare out",
        });
    }
}
