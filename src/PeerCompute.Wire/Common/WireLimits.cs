// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>Bounds on what a stranger may send. A message beyond one is refused before it is parsed; nothing is kept of it.</summary>
public static class WireLimits
{
    /// <summary>Protocol version that this house speaks.</summary>
    public const uint Version = 1;

    /// <summary>An offer in bytes: gossip would not carry more.</summary>
    public const int OfferBytes = 8 << 10;

    /// <summary>A sealed bid or a decline in bytes.</summary>
    public const int BidBytes = 4 << 10;

    /// <summary>One chain entry in bytes; the largest is an opening of <see cref="TasksPerLease"/> tasks.</summary>
    public const int EntryBytes = 512 << 10;

    /// <summary>One message of chain entries in bytes.</summary>
    public const int EntriesBytes = 1 << 20;

    /// <summary>Entries of one message; a chain never has more.</summary>
    public const int EntriesPerMessage = 32;

    /// <summary>Entries of one side of one lease: no honest side needs more than seven.</summary>
    public const int EntriesPerChain = 16;

    /// <summary>A job's spec in bytes.</summary>
    public const int SpecBytes = 128 << 10;

    /// <summary>Tasks of one job.</summary>
    public const int TasksPerJob = 100_000;

    /// <summary>Workers that replicas of one lease are drawn from.</summary>
    public const int PoolMembers = 256;

    /// <summary>Leases of one range of tasks, the first worker's and those of its replicas; slots are below this.</summary>
    public const uint LeasesPerRange = 8;

    /// <summary>Tasks of one lease.</summary>
    public const int TasksPerLease = 1024;

    /// <summary>Arguments, environment entries, inputs or outputs of a spec, each.</summary>
    public const int SpecItems = 256;

    /// <summary>A name, argument or environment entry in UTF-8 bytes.</summary>
    public const int TextBytes = 4096;

    /// <summary>A name of a file, class, region, unit or reason in UTF-8 bytes.</summary>
    public const int NameBytes = 255;

    /// <summary>Plain bytes of one chunk of a blob.</summary>
    public const int ChunkBytes = 256 << 10;

    /// <summary>Chunks of one blob: 1 GiB.</summary>
    public const int ChunksPerBlob = 4096;

    /// <summary>A blob manifest in bytes.</summary>
    public const int ManifestBytes = (ChunksPerBlob * Blobs.BlobManifest.BytesPerChunk) + Blobs.BlobManifest.BytesBeside;

    /// <summary>A blob's plain bytes.</summary>
    public const ulong BlobBytes = (ulong)ChunkBytes * ChunksPerBlob;

    /// <summary>Output of one task, files and standard output together.</summary>
    public const ulong OutputBytes = 64 << 20;

    /// <summary>Memory of one task: all that WebAssembly can address.</summary>
    public const ulong MemoryBytes = 4UL << 30;

    /// <summary>Fuel of one task.</summary>
    public const ulong Fuel = 1UL << 50;

    /// <summary>Wall time of one task in milliseconds: a week.</summary>
    public const ulong WallMs = 7UL * 24 * 3600 * 1000;

    /// <summary>Largest time on processors of one task, milliseconds: all cores that a task may use, for as long as it may take.</summary>
    public const ulong CpuMs = WallMs * TaskLimits.CoresMost;

    /// <summary>Largest memory that a task may be said to have held, bytes: memory and work folder, and as much again for what counts beside them.</summary>
    public const ulong PeakMemoryBytes = 4 * MemoryBytes;

    /// <summary>Any single price or sum in micro-units; sums of <see cref="TasksPerJob"/> prices stay below 2^63.</summary>
    public const ulong PriceMicro = 1UL << 46;

    /// <summary>A receipt in bytes.</summary>
    public const int ReceiptBytes = 64 << 20;

    /// <summary>A profile in bytes, unsigned: 300 are usual; ten models of GPU and eight addresses fit.</summary>
    public const int ProfileBytes = 2 << 10;

    /// <summary>A status in bytes, unsigned; 170 are usual.</summary>
    public const int StatusBytes = 1 << 10;

    /// <summary>Longest life of a profile in milliseconds: 2 hours.</summary>
    public const ulong ProfileLifeMs = 2 * 3600 * 1000;

    /// <summary>Longest life of a status in milliseconds: 120 seconds.</summary>
    public const ulong StatusLifeMs = 120 * 1000;

    /// <summary>Devices, runtimes or benchmarks of one profile, each.</summary>
    public const int AdvertItems = 16;

    /// <summary>Addresses of one profile.</summary>
    public const int AdvertAddresses = 8;

    /// <summary>One address of a profile in bytes: the longest host name and a peer fit.</summary>
    public const int AdvertAddressBytes = 320;

    /// <summary>A name in an advert or of a network, characters.</summary>
    public const int LabelBytes = 64;

    /// <summary>Devices of one model in one node, cores, slots, or leases that wait.</summary>
    public const uint AdvertCount = 65_536;

    /// <summary>Memory of one device in bytes: 1 PiB.</summary>
    public const ulong DeviceBytes = 1UL << 50;

    /// <summary>Largest region number (UN M49).</summary>
    public const uint Region = 999;
}
