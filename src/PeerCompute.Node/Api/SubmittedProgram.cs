// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Market.Adverts;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using TaskLimits = PeerCompute.Wire.Common.TaskLimits;

namespace PeerCompute.Node.Api;

/// <summary>Which kind of program a submission brings, and within which limits.</summary>
/// <param name="Native">What a native program runs in; null for a module.</param>
/// <param name="Limits">Bounds on each task.</param>
/// <param name="Isolation">Isolation class that a worker must have at least; empty: any that runs it.</param>
internal sealed record SubmittedProgram(NativeSemantics? Native, TaskLimits Limits, string Isolation)
{
    private const string WasmKind = "wasm", NativeKind = "native", DeviceKind = "device";

    /// <summary>Checks what a submission says of its program.</summary>
    /// <param name="job">The submission.</param>
    /// <param name="natives">Knows images by name.</param>
    /// <exception cref="PeerComputeException">A field is wrong; names it.</exception>
    public static SubmittedProgram Of(JobSubmission job, NativeSystems natives)
    {
        if (job.Limits is null) throw Wrong("limits", "is missing");
        var native = Root(job, natives);
        var kind = native is null ? WasmKind : NativeKind;
        var needs = job.Needs ?? new PeerCompute.Api.V1.Needs();
        if (needs.Runtime is not ("" or WasmKind or NativeKind))
            throw new PeerComputeException(ErrorCode.Refused, $"needs.runtime: \"{needs.Runtime}\" is not offered in this version: write \"{kind}\".");
        if (needs.Runtime.Length > 0 && needs.Runtime != kind)
        {
            throw Wrong("needs.runtime",
                $"is \"{needs.Runtime}\", the program is a {kind} one: give module_sha256 for WebAssembly, image or runtime for native");
        }

        if (native is null && needs.Cores > 1)
            throw new PeerComputeException(ErrorCode.Refused, "needs.cores: a WebAssembly task runs on one core: write 1, or cut the job into more tasks.");
        if (needs.Isolation.Length > 0
            && (IsolationRank.Needed(needs.Isolation) == uint.MaxValue || !Kinds(native).Contains(needs.Isolation.Split('-')[0])))
            throw Wrong("needs.isolation", $"is \"{needs.Isolation}\", which is no class of {string.Join(" or ", Kinds(native))} programs");
        var limits = new TaskLimits(job.Limits.MemoryBytes, job.Limits.Fuel, job.Limits.WallMs, job.Limits.OutputBytes)
        {
            WorkBytes = job.Limits.WorkBytes,
            Processes = job.Limits.Processes,
            Cores = native is null ? 0 : Math.Max(1, needs.Cores),
            CheckpointBytes = job.Checkpoint?.MaxBytes ?? 0,
            CheckpointEveryMs = job.Checkpoint?.EveryMs ?? 0,
        };
        return new SubmittedProgram(native, limits, needs.Isolation);
    }

    /// <summary>Where this node confirms, it must be able to run the program.</summary>
    /// <param name="natives">What it has.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>: it is not; says how else the job can be confirmed.</exception>
    public void MustRunHere(NativeSystems natives)
    {
        if (Native is null) return;
        try
        {
            natives.Find(Native, forOthers: false);
        }
        catch (PeerComputeException cannot) when (cannot.Code == ErrorCode.Refused)
        {
            throw new PeerComputeException(
                ErrorCode.Refused, $"verification.by: issuer: your own node would execute every task again, and cannot: {cannot.Message}. "
                + "Or write verification: {by: replicas}, and workers confirm each other.", cannot);
        }
    }

    /// <summary>The kinds of isolation classes that a program may ask for: that of cards where it has one, either where its runtime decides.</summary>
    private static string[] Kinds(NativeSemantics? native) => native switch
    {
        null => [WasmKind],
        { Card.Length: > 0 } => [DeviceKind],
        { IsGpuProgram: true } => [NativeKind, DeviceKind],
        _ => [NativeKind],
    };

    private static NativeSemantics? Root(JobSubmission job, NativeSystems natives)
    {
        var given = (job.ModuleSha256.IsEmpty ? 0 : 1) + (job.Image.Length > 0 ? 1 : 0) + (job.Runtime.Length > 0 ? 1 : 0);
        if (given > 1) throw Wrong("module_sha256", "stands beside image or runtime: a job has one program");
        if (job.Image.Length + job.Runtime.Length == 0) return null;
        if (NativeSemantics.IsGpuRuntime(job.Runtime))
        {
            if (job.Outputs.Any(FolderNames.IsFolder)) throw Wrong("outputs", "name a folder; GPU programs write files");
            if (job.Checkpoint is not null) throw Wrong("checkpoint", "is of a GPU program, which writes no folder while it runs");
            if (job.Args.Count != 1 || job.Inputs.All(input => input.Name != job.Args[0]))
                throw Wrong("args", "must name the one input that has the GPU program; 'peercompute gpu build' makes one");
        }
        else if (job.Runtime.Length > 0 && (job.Args.Count == 0 || !job.Args[0].StartsWith('/')))
            throw Wrong("args", "must begin with the program's full path, for example /usr/bin/povray");
        var architecture = job.Needs is { Architecture.Length: > 0 } needs ? needs.Architecture : "x64";
        if (Array.IndexOf(NativeSemantics.Architectures, architecture) < 0)
            throw Wrong("needs.architecture", $"is \"{architecture}\": write {string.Join(" or ", NativeSemantics.Architectures)}");
        var card = job.Needs?.Card ?? "";
        if (card.Length > 0 && (Array.IndexOf(NativeSemantics.Cards, card) < 0 || NativeSemantics.IsGpuRuntime(job.Runtime)))
            throw Wrong("needs.card", $"is \"{card}\": write {string.Join(", ", NativeSemantics.Cards)}; GPU programs have the worker's device without it");
        if (job.Image.Length > 0) return NativeSemantics.Of(architecture, natives.Resolve(job.Image), card);
        return NativeSemantics.Of(architecture, job.Runtime, card) ?? throw Wrong("runtime", "is no NAME@VERSION of a host runtime");
    }

    private static PeerComputeException Wrong(string field, string what) => new(ErrorCode.BadInput, $"{field} {what}.");
}
