// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Wire.Leases;

/// <summary>A blob under a file name.</summary>
/// <param name="Name">Plain file name; of a folder with a slash behind it, and the bytes are those of a packed folder.</param>
/// <param name="Blob">The bytes.</param>
public sealed record NamedBlob(string Name, BlobRef Blob);

/// <summary>The program and its data: sealed to lease holders and drawn verifiers only.</summary>
public sealed record JobSpec
{
    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>WebAssembly module; null for a native program.</summary>
    public required BlobRef? Module { get; init; }

    /// <summary>What a native program runs in and on; null for a WebAssembly program.</summary>
    public NativeSemantics? Native { get; init; }

    /// <summary>Isolation class that a worker must have at least; empty: any that runs the program.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Arguments after the program's name, of a native program that name too; <c>{index}</c> and <c>{count}</c> stand for the task.</summary>
    public required ImmutableArray<string> Args { get; init; }

    /// <summary>Environment, NAME=value.</summary>
    public required ImmutableArray<string> Env { get; init; }

    /// <summary>Input files, every task sees all of them.</summary>
    public required ImmutableArray<NamedBlob> Inputs { get; init; }

    /// <summary>Files that each task writes; folders with a slash behind their names.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>Outputs that are brought into a canonical form before they are hashed and kept; each once.</summary>
    public ImmutableArray<OutputForm> Forms { get; init; } = [];

    /// <summary>When outputs of a native program are alike whose bytes differ, each output once; with one of them the terms are
    /// <see cref="VerificationTerms.Tolerant"/>.</summary>
    public ImmutableArray<Comparator> Comparators { get; init; } = [];

    /// <summary>How checkpoints of a native program are taken; null: none are.</summary>
    public CheckpointTerms? Checkpoint { get; init; }

    /// <summary>Bounds on each task.</summary>
    public required TaskLimits Limits { get; init; }

    /// <summary>Tasks, 1 to <see cref="WireLimits.TasksPerJob"/>.</summary>
    public required uint Tasks { get; init; }

    /// <summary>32 bytes that make the spec's hash say nothing to who does not hold the spec.</summary>
    public required Hash32 Salt { get; init; }

    /// <summary>Blinded hash of the job's <see cref="JobSecrets"/>; none where it has none.</summary>
    public Hash32 SecretsHash { get; init; }

    /// <summary>Salted hash of the spec without its content keys: what an offer names and a receipt can show.</summary>
    /// <returns>The hash.</returns>
    public Hash32 Hash() => new HashBuilder("peercompute/1/spec").Add(WithoutKeys().Encode()).Hash();

    /// <summary>Id of the job that an issuer makes of this spec.</summary>
    /// <param name="issuer">Who pays.</param>
    /// <returns>Hash of issuer and salted spec.</returns>
    public Hash32 JobIdFor(PeerId issuer) => new HashBuilder("peercompute/1/job-id").Add(issuer.ToBytes()).Add(Hash()).Hash();

    /// <summary>The spec without content keys, as it may stand in a receipt.</summary>
    /// <returns>A copy.</returns>
    public JobSpec WithoutKeys()
    {
        var inputs = ImmutableArray.CreateBuilder<NamedBlob>(Inputs.Length);
        foreach (var input in Inputs) inputs.Add(input with { Blob = input.Blob.WithoutKey() });
        return this with { Module = Module?.WithoutKey(), Inputs = inputs.MoveToImmutable() };
    }

    /// <summary>What names the program: SHA-256 of a module, a hash over the semantics of a native program.</summary>
    /// <returns>The hash.</returns>
    public Hash32 ProgramHash() => Module?.Plain ?? new HashBuilder("peercompute/1/native-program").Add(Native!.ToString()).Hash();

    /// <summary>All that a worker fetches: the module, where there is one, then the inputs.</summary>
    /// <returns>The blobs.</returns>
    public ImmutableArray<BlobRef> Blobs()
    {
        var blobs = ImmutableArray.CreateBuilder<BlobRef>(Inputs.Length + 1);
        if (Module is not null) blobs.Add(Module);
        foreach (var input in Inputs) blobs.Add(input.Blob);
        return blobs.DrainToImmutable();
    }

    /// <summary>Arguments of one task.</summary>
    /// <param name="task">Task index from 0.</param>
    /// <returns>The arguments with <c>{index}</c> and <c>{count}</c> replaced.</returns>
    public ImmutableArray<string> ArgsOf(uint task) => ArgsOf(Args, task, Tasks);

    /// <summary>Arguments of one task of any job.</summary>
    /// <param name="args">The arguments of the job.</param>
    /// <param name="task">Task index from 0.</param>
    /// <param name="tasks">Number of tasks.</param>
    /// <returns>The arguments with <c>{index}</c> and <c>{count}</c> replaced.</returns>
    public static ImmutableArray<string> ArgsOf(IReadOnlyList<string> args, uint task, uint tasks)
    {
        var replaced = ImmutableArray.CreateBuilder<string>(args.Count);
        foreach (var arg in args)
        {
            replaced.Add(arg.Replace("{index}", Number(task), StringComparison.Ordinal).Replace("{count}", Number(tasks), StringComparison.Ordinal));
        }

        return replaced.MoveToImmutable();

        static string Number(uint n) => n.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a spec.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.SpecBytes"/>.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static JobSpec Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.JobSpec.Parser, bytes, WireLimits.SpecBytes, "spec");
        var native = NativeSemantics.Optional(m.Native, "native");
        if (native is not null && m.Module is not null) throw new WireException("module", "stands beside native: a job has one program");
        var spec = new JobSpec
        {
            Name = Canonical.Text(m.Name, WireLimits.NameBytes, "name"),
            Module = native is null ? BlobRef.From(m.Module, "module") : null,
            Native = native,
            Isolation = Canonical.Text(m.Isolation, WireLimits.LabelBytes, "isolation"),
            Args = Canonical.List(m.Args, WireLimits.SpecItems, "args", static (a, f) => Canonical.Text(a, WireLimits.TextBytes, f)),
            Env = Canonical.List(m.Env, WireLimits.SpecItems, "env", static (a, f) => Canonical.Text(a, WireLimits.TextBytes, f)),
            Inputs = Canonical.List(m.Inputs, WireLimits.SpecItems, "inputs",
                static (i, f) => new NamedBlob(Canonical.EntryName(i.Name, f + ".name"), BlobRef.From(i.Blob, f + ".blob"))),
            Outputs = Canonical.List(m.Outputs, WireLimits.SpecItems, "outputs", Canonical.EntryName),
            Forms = Canonical.List(m.Forms, WireLimits.SpecItems, "forms", OutputForm.From),
            Comparators = Canonical.List(m.Comparators, WireLimits.SpecItems, "comparators", Comparator.From),
            Checkpoint = m.Checkpoint is null ? null : CheckpointTerms.From(m.Checkpoint),
            Limits = TaskLimits.From(m.Limits, native is not null),
            Tasks = (uint)Canonical.Within(m.Tasks, 1, WireLimits.TasksPerJob, "tasks"),
            Salt = Canonical.Hash(m.Salt, "salt"),
            SecretsHash = Canonical.OptionalHash(m.SecretsHash, "secrets_hash"),
        };
        RefuseTwice(spec);
        RefuseComparators(spec);
        RefuseCheckpoint(spec);
        return spec;
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sealed.</returns>
    public byte[] Encode()
    {
        var m = new V1.JobSpec
        {
            Name = Name,
            Module = Module?.ToProto(),
            Native = Native?.ToString() ?? "",
            Isolation = Isolation,
            Checkpoint = Checkpoint?.ToProto(),
            Limits = Limits.ToProto(),
            Tasks = Tasks,
            Salt = Canonical.Bytes(Salt),
            SecretsHash = Canonical.Bytes(SecretsHash),
        };
        m.Args.AddRange(Args);
        m.Env.AddRange(Env);
        m.Outputs.AddRange(Outputs);
        foreach (var form in Forms) m.Forms.Add(form.ToProto());
        foreach (var comparator in Comparators) m.Comparators.Add(comparator.ToProto());
        foreach (var input in Inputs) m.Inputs.Add(new V1.NamedBlob { Name = input.Name, Blob = input.Blob.ToProto() });
        return m.ToByteArray();
    }

    private static void RefuseTwice(JobSpec spec)
    {
        for (var i = 0; i < spec.Inputs.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (FolderNames.Plain(spec.Inputs[i].Name) == FolderNames.Plain(spec.Inputs[j].Name))
                    throw new WireException($"inputs[{i}].name", "stands twice");
            }
        }

        for (var i = 0; i < spec.Outputs.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (FolderNames.Plain(spec.Outputs[i]) == FolderNames.Plain(spec.Outputs[j])) throw new WireException($"outputs[{i}]", "stands twice");
            }
        }

        for (var i = 0; i < spec.Forms.Length; i++)
        {
            if (!spec.Outputs.Contains(spec.Forms[i].Output)) throw new WireException($"forms[{i}].output", "is not among the outputs");
            for (var j = 0; j < i; j++)
            {
                if (spec.Forms[i].Output == spec.Forms[j].Output) throw new WireException($"forms[{i}].output", "stands twice");
            }
        }
    }

    private static void RefuseCheckpoint(JobSpec spec)
    {
        if (spec.Checkpoint is null != (spec.Limits.CheckpointBytes == 0))
            throw new WireException("checkpoint", "stands with limits.checkpoint_bytes, and only then");
        if (spec.Checkpoint is not { } terms) return;
        foreach (var input in spec.Inputs)
        {
            if (FolderNames.Plain(input.Name) == terms.Path) throw new WireException("checkpoint.path", "is an input, which can only be read");
        }
    }

    private static void RefuseComparators(JobSpec spec)
    {
        if (spec.Native is null && !spec.Comparators.IsEmpty)
            throw new WireException("comparators", "are of native programs: a module is deterministic by itself");
        for (var i = 0; i < spec.Comparators.Length; i++)
        {
            var output = spec.Comparators[i].Output;
            if (output.Length > 0 && !spec.Outputs.Contains(output)) throw new WireException($"comparators[{i}].output", "is not among the outputs");
            for (var j = 0; j < i; j++)
            {
                if (spec.Comparators[j].Output == output) throw new WireException($"comparators[{i}].output", "stands twice");
            }
        }
    }
}
