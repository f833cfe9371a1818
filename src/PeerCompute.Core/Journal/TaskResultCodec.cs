// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Journal;

/// <summary>Bytes of a task's result within a journal entry.</summary>
internal static class TaskResultCodec
{
    /// <summary>Longest encoded result, bytes.</summary>
    public const int MaxBytes = JournalCodec.TextBytes + 1024;

    public static byte[] Encode(TaskResult r)
    {
        var writer = new ProtoWriter().Varint(1, r.Task).Bytes(2, r.OutputHash.ToArray());
        if (r.Blob is { } blob)
        {
            writer.Bytes(3, new ProtoWriter()
                .Bytes(1, blob.Plain.ToArray()).Varint(2, blob.Size).Bytes(3, blob.Root.ToArray()).Bytes(4, blob.Key.Span).Written.Span);
        }

        return writer.Varint(4, r.Size).Varint(5, r.Fuel).Varint(6, r.RunMs).Text(7, r.Fault).Varint(8, r.CpuMs).Varint(9, r.PeakMemoryBytes).ToArray();
    }

    public static TaskResult Decode(ReadOnlyMemory<byte> bytes)
    {
        var f = new JournalFields(bytes);
        var result = new TaskResult(
            (uint)f.Number(1, "task", WireLimits.TasksPerJob - 1),
            f.Hash(2, "output_hash"),
            f.Field == 3 ? Blob(f.Needed(3, "blob", 256)) : null,
            f.Number(4, "size"),
            f.Number(5, "fuel"),
            f.Number(6, "run_ms"),
            f.Text(7, "fault", JournalCodec.TextBytes))
        {
            CpuMs = f.Number(8, "cpu_ms", WireLimits.CpuMs),
            PeakMemoryBytes = f.Number(9, "peak_memory_bytes", WireLimits.PeakMemoryBytes),
        };
        f.End();
        return result;
    }

    private static BlobRef Blob(ReadOnlyMemory<byte> bytes)
    {
        var f = new JournalFields(bytes);
        var blob = new BlobRef(f.Hash(1, "plain"), f.Number(2, "size", WireLimits.BlobBytes), f.Hash(3, "root"), f.Bytes(4, "key", 32));
        f.End();
        if (blob.Key.Length is not (0 or 32)) throw new WireException("key", $"{blob.Key.Length} bytes, expected 32 or none");
        return blob;
    }
}
