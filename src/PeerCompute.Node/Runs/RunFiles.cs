// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Market.Adverts;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Runs;

/// <summary>Lays out the plain files of a run, and says what is to be run with them.</summary>
/// <param name="store">Module and inputs.</param>
/// <param name="natives">What native programs run in.</param>
internal sealed class RunFiles(BlobStore store, NativeSystems natives)
{
    /// <summary>What the guest takes for randomness starts from the spec: worker and confirmer see the same.</summary>
    internal static ulong Seed(JobSpec spec)
        => BinaryPrimitives.ReadUInt64BigEndian(new HashBuilder("peercompute/1/guest-seed").Add(spec.Hash()).Hash().ToArray());

    /// <summary>Most bytes of the folders of one run that are laid out, together: equal chunks are packed once, and laid out each time.</summary>
    public long LaidOutMost { get; init; } = PackedFolder.BytesMost;

    /// <summary>Lays them out.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="forOthers">Whether the job is another's.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="PeerComputeException">
    /// <see cref="ErrorCode.NotAuthentic"/>, <see cref="ErrorCode.NotFound"/>: a blob; <see cref="ErrorCode.BadInput"/>: a packed folder;
    /// <see cref="ErrorCode.Refused"/>: what a native program runs in is not here, or may not run; <see cref="ErrorCode.Unavailable"/>: its owner uses it.
    /// </exception>
    public async Task<LeaseRunSpec> LayOutAsync(JobSpec spec, string folder, bool forOthers, CancellationToken stop)
    {
        var native = spec.Native is { } semantics ? Native(spec.Limits, spec.Isolation, natives.Find(semantics, forOthers)) : null;
        var module = spec.Module is { } blob ? await OpenAsync("module", blob, Path.Combine(folder, "module.wasm"), stop).ConfigureAwait(false) : null;
        var inputs = new List<KeyValuePair<string, string>>(spec.Inputs.Length);
        var left = LaidOutMost;
        foreach (var input in spec.Inputs)
        {
            var path = Path.Combine(folder, "input-" + inputs.Count.ToString(CultureInfo.InvariantCulture));
            await OpenAsync($"input {input.Name}", input.Blob, path, stop).ConfigureAwait(false);
            if (!FolderNames.IsFolder(input.Name)) inputs.Add(new(input.Name, path));
            else if (native is null) inputs.Add(new(input.Name, Checked(input.Name, path, static folder => folder.Check())));
            else inputs.Add(new(FolderNames.Plain(input.Name), Checked(input.Name, path, folder => left -= folder.LayOut(path + "-out", left)) + "-out"));
        }

        var root = Path.Combine(folder, "run");
        Disk.MakeFolder(root);
        return new LeaseRunSpec
        {
            ModulePath = module,
            Native = native,
            Inputs = inputs,
            MemoryBytes = (long)spec.Limits.MemoryBytes,
            FuelPerTask = (long)spec.Limits.Fuel,
            WallPerTask = TimeSpan.FromMilliseconds(spec.Limits.WallMs),
            OutputBytes = (long)spec.Limits.OutputBytes,
            WorkRoot = root,
            Seed = Seed(spec),
        };
    }

    /// <summary>
    /// A packed folder is looked through before anything is started: the sandbox gets none that breaks a rule. A native program gets it laid out, so that
    /// programs in it can be executed; a module reads it as it is.
    /// </summary>
    private static string Checked(string name, string packed, Action<PackedInput> check)
    {
        try
        {
            check(PackedInput.Open(packed));
            return packed;
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"input {name} cannot be used as a folder: {e.Message}.", e);
        }
    }

    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Refused"/>: the device is another one than was bid for.</exception>
    private NativeLease Native(TaskLimits limits, string isolation, NativeSystem system)
    {
        var has = system is { Card: not null } or { Device.Card: not null } ? natives.Isolation.DeviceName() : natives.Isolation.Name();
        if (!IsolationRank.Meets(has, isolation))
            throw new PeerComputeException(ErrorCode.Refused, $"the isolation class of the program would be {has} here, the job needs {isolation}");
        return Native(limits, IsolationRank.Of(isolation) > 0 && isolation.EndsWith("-strict", StringComparison.Ordinal), system);
    }

    private NativeLease Native(TaskLimits limits, bool strict, NativeSystem system) => new()
    {
        System = system,
        WorkBytes = (long)limits.WorkBytes,
        Processes = (int)limits.Processes,
        CpuMillis = (int)limits.Cores * 1000,
        Isolation = strict ? NativeIsolation.Strict : natives.Isolation, // never below what was advertised
    };

    private async Task<string> OpenAsync(string what, BlobRef blob, string path, CancellationToken stop)
    {
        using var file = Disk.Create(path);
        try
        {
            await Disk.GuardAsync(path, async () =>
            {
                await store.OpenAsync(blob, file, stop).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            return path;
        }
        catch (PeerComputeException e) when (e.Code is ErrorCode.NotAuthentic or ErrorCode.NotFound)
        {
            throw new PeerComputeException(e.Code, $"{what}: {e.Message}", e);
        }
    }
}
