// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>What all tasks of one lease share.</summary>
public sealed record LeaseRunSpec
{
    /// <summary>Most input files of one lease: each is a mount of its own.</summary>
    public const int MostInputs = 256;

    /// <summary>Path of the WebAssembly module on this host; null for a native program.</summary>
    public required string? ModulePath { get; init; }

    /// <summary>What a native program has beside; null for a WebAssembly program.</summary>
    public NativeLease? Native { get; init; }

    /// <summary>What the program calls each input file (relative, with forward slashes), and where it lies on this host; a packed folder where the name ends
    /// in a slash. At most <see cref="MostInputs"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Inputs { get; init; } = [];

    /// <summary>Most linear memory of the program, bytes; rounded down to pages of 64 KiB; at most 4 GiB.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Most fuel of one task (docs/wasm.md).</summary>
    public long FuelPerTask { get; init; } = 100_000_000_000;

    /// <summary>Most time of one task on the clock.</summary>
    public TimeSpan WallPerTask { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Most bytes that one task may write: files, standard output and standard error together.</summary>
    public long OutputBytes { get; init; } = 64L << 20;

    /// <summary>A folder of the caller's, in which the lease makes one of its own and deletes it at the end.</summary>
    public required string WorkRoot { get; init; }

    /// <summary>Seed of what programs take for randomness: the same on every host that runs the same task.</summary>
    public ulong Seed { get; init; }
}
