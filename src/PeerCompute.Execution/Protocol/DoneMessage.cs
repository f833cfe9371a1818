// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Protocol;

/// <summary>How a task ended inside the child.</summary>
internal sealed record DoneMessage
{
    /// <summary>Most bytes of each tail.</summary>
    public const int MostTailBytes = 32 << 10;

    /// <summary>Most outputs of one task.</summary>
    public const int MostOutputs = 1000;

    private const int MostNameBytes = 1024;
    private const ulong MostMicros = 1UL << 50; // a child's word: more would be no time

    /// <summary>What ended it.</summary>
    public GuestEnd End { get; init; }

    /// <summary>The guest's exit code where it exited.</summary>
    public int ExitCode { get; init; }

    /// <summary>Name of the trap, or a reason; empty where there is none.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Fuel used.</summary>
    public long Fuel { get; init; }

    /// <summary>Most linear memory held, bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Bytes written: files, standard output and error together, refused ones not counted.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>Microseconds that the engine spent compiling for the task.</summary>
    public long CompileMicros { get; init; }

    /// <summary>Microseconds that the child spent on processors for the task.</summary>
    public long CpuMicros { get; init; }

    /// <summary>Bytes of intermediate language that the module became.</summary>
    public long CodeBytes { get; init; }

    /// <summary>Functions of the module that the interpreter runs.</summary>
    public int Interpreted { get; init; }

    /// <summary>A write was refused because of the output limit.</summary>
    public bool OutputRefused { get; init; }

    /// <summary>Memory was refused because of the memory limit.</summary>
    public bool MemoryRefused { get; init; }

    /// <summary>End of standard output.</summary>
    public byte[] Output { get; init; } = [];

    /// <summary>End of standard error.</summary>
    public byte[] Errors { get; init; } = [];

    /// <summary>For each output that was asked for, the number of its file in the task's folder; -1 where there is none.</summary>
    public IReadOnlyList<int> Files { get; init; } = [];

    /// <summary>For each output that is a folder and was asked for, what it holds.</summary>
    public IReadOnlyList<FolderTree> Trees { get; init; } = [];

    /// <summary>Writes the message.</summary>
    public byte[] Encode()
    {
        ProtoWriter writer = new ProtoWriter()
            .Varint(1, (ulong)End).Varint(2, (uint)ExitCode).Text(3, Detail).Varint(4, (ulong)Fuel).Varint(5, (ulong)PeakMemoryBytes)
            .Varint(6, (ulong)WrittenBytes).Varint(7, OutputRefused ? 1u : 0).Varint(8, MemoryRefused ? 1u : 0).Bytes(9, Output).Bytes(10, Errors)
            .Varint(12, (ulong)CompileMicros).Varint(13, (ulong)CodeBytes).Varint(14, (uint)Interpreted)
            .Varint(16, (ulong)CpuMicros);
        foreach (int file in Files) writer.Varint(11, (ulong)(file + 1), always: true);
        foreach (FolderTree tree in Trees) writer.Bytes(15, tree.Encode(), always: true);
        return writer.ToArray();
    }

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireException">It breaks the format.</exception>
    public static DoneMessage Decode(ReadOnlySpan<byte> bytes)
    {
        var message = new DoneMessage();
        var files = new List<int>();
        var trees = new List<FolderTree>();
        var reader = new ProtoReader(bytes, (2 * MostOutputs) + 16);
        while (reader.Next())
        {
            if (reader.Field == 11)
            {
                files.Add((int)reader.Varint("file") - 1);
                continue;
            }

            if (reader.Field == 15)
            {
                trees.Add(FolderTree.Decode(reader.Bytes("tree", Frames.MostFromChild)));
                continue;
            }

            message = reader.Field switch
            {
                1 => message with { End = (GuestEnd)reader.Varint("end") },
                2 => message with { ExitCode = (int)(uint)reader.Varint("exit code") },
                3 => message with { Detail = Encoding.UTF8.GetString(reader.Bytes("detail", MostNameBytes)) },
                4 => message with { Fuel = (long)reader.Varint("fuel") },
                5 => message with { PeakMemoryBytes = (long)reader.Varint("memory") },
                6 => message with { WrittenBytes = (long)reader.Varint("written") },
                7 => message with { OutputRefused = reader.Varint("output refused") != 0 },
                8 => message with { MemoryRefused = reader.Varint("memory refused") != 0 },
                9 => message with { Output = reader.Bytes("output", MostTailBytes).ToArray() },
                10 => message with { Errors = reader.Bytes("errors", MostTailBytes).ToArray() },
                12 => message with { CompileMicros = (long)reader.Varint("compile time") },
                13 => message with { CodeBytes = (long)reader.Varint("code") },
                16 => message with { CpuMicros = (long)Math.Min(reader.Varint("processor time"), MostMicros) },
                14 => message with { Interpreted = (int)(uint)reader.Varint("interpreted") },
                _ => throw new WireException("done", $"unknown field {reader.Field}"),
            };
        }

        return message with { Files = files, Trees = trees };
    }
}
