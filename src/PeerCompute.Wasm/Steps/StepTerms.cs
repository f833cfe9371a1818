// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>What a step program is given besides its module and its files. Every state root covers all of it (docs/step-abi.md, section 3).</summary>
public sealed record StepTerms
{
    /// <summary>Pages of 64 KiB that can be granted at most: 1 GiB, so that a whole state can be written as one piece.</summary>
    public const int MostPages = 16_384;

    /// <summary>Bytes of files that can be granted at most.</summary>
    public const long MostFileBytes = 512 << 20;

    /// <summary>Files and folders that can be granted at most.</summary>
    public const int MostEntries = 10_000;

    /// <summary>Bytes that all tables together may take in a state, 4 for each element; a state with more ends the program.</summary>
    public const int TableBytes = 64 << 20;

    /// <summary>Bytes that the descriptors may take in a state (listings in progress make them large); a state with more ends the program.</summary>
    public const int DescriptorBytes = 16 << 20;

    /// <summary>Names the execution that a state root speaks of: docs/wasm.md and docs/step-abi.md.</summary>
    public const string Semantics = "wasm-2.0/pc1/step1";

    /// <summary>Arguments; the first is the program's name.</summary>
    public IReadOnlyList<string> Args { get; init; } = ["program"];

    /// <summary>Environment, each <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Standard input.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    /// <summary>Where <c>random_get</c> starts.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where the real-time clock starts: nanoseconds since 1970.</summary>
    public ulong StartTime { get; init; }

    /// <summary>K: units of fuel that one step may use, at least 1; more is the trap "fuel exhausted". The start and <c>init</c> are one step.</summary>
    public long StepFuel { get; init; } = 10_000_000_000;

    /// <summary>Units of fuel of the whole program, at least 1.</summary>
    public long FuelLimit { get; init; } = 640_000_000_000;

    /// <summary>Calls of <c>step</c>, at least 1.</summary>
    public long MaxSteps { get; init; } = 65_536;

    /// <summary>Pages of 64 KiB that memory may have, 1 to <see cref="MostPages"/>.</summary>
    public int MaxPages { get; init; } = 4_096;

    /// <summary>Frame units that all open calls together may take, 1,000 to 16,777,216.</summary>
    public int MaxFrameUnits { get; init; } = 1 << 20;

    /// <summary>Bytes of all files of the work folder, 0 to <see cref="MostFileBytes"/>.</summary>
    public long MaxFileBytes { get; init; } = 64 << 20;

    /// <summary>Files and folders of the work folder, 0 to <see cref="MostEntries"/>.</summary>
    public int MaxEntries { get; init; } = 1_000;

    /// <summary>Bytes that may go to standard output and error together.</summary>
    public long MaxStreamBytes { get; init; } = 16 << 20;

    /// <summary>An empty work folder with the bounds of these terms: where the input files go before the start.</summary>
    /// <returns>A new folder.</returns>
    public MemoryGuestFiles NewFolder() => new(MaxFileBytes, MaxEntries);

    /// <summary>The hash of all of this together with the module.</summary>
    /// <param name="module">The program.</param>
    /// <returns>What the control part of every state begins with.</returns>
    public Hash32 Hash(WasmModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var hash = new HashBuilder("peercompute/1/step-terms").Add(Semantics).Add(module.Hash);
        AddAll(hash, Args);
        AddAll(hash, Env);
        return hash.Add(Stdin.Span).Add(Seed).Add(StartTime).Add((ulong)StepFuel).Add((ulong)FuelLimit).Add((ulong)MaxSteps).Add((ulong)MaxPages)
            .Add((ulong)MaxFrameUnits).Add((ulong)MaxFileBytes).Add((ulong)MaxEntries).Add((ulong)MaxStreamBytes).Hash();
    }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(StepFuel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FuelLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(MaxPages is >= 1 and <= MostPages, true, nameof(MaxPages));
        ArgumentOutOfRangeException.ThrowIfNotEqual(MaxFrameUnits is >= 1_000 and <= 16_777_216, true, nameof(MaxFrameUnits));
        ArgumentOutOfRangeException.ThrowIfNotEqual(MaxFileBytes is >= 0 and <= MostFileBytes, true, nameof(MaxFileBytes));
        ArgumentOutOfRangeException.ThrowIfNotEqual(MaxEntries is >= 0 and <= MostEntries, true, nameof(MaxEntries));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxStreamBytes);
    }

    internal WasiOptions ToOptions(MemoryGuestFiles files, StepHost host) => new()
    {
        Args = Args,
        Env = Env,
        Files = files,
        Stdin = Stdin,
        StdoutSink = host.StdoutSink,
        StderrSink = host.StderrSink,
        MaxStreamBytes = MaxStreamBytes,
        Seed = Seed,
        StartTime = StartTime,
    };

    private static void AddAll(HashBuilder hash, IReadOnlyList<string> texts)
    {
        hash.Add((ulong)texts.Count);
        foreach (var text in texts)
        {
            hash.Add(text);
        }
    }
}
