// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Protocol;

/// <summary>Files and limits of one lease, as the child sees them.</summary>
internal sealed record OpenMessage
{
    /// <summary>Path of the module.</summary>
    public string Module { get; init; } = "";

    /// <summary>Folder under which every task has a folder of its own.</summary>
    public string Outputs { get; init; } = "";

    /// <summary>What the guest calls each input, and where it lies.</summary>
    public IReadOnlyList<(string Name, string Path)> Inputs { get; init; } = [];

    /// <summary>Most linear memory of the guest, bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Most fuel of one task.</summary>
    public long Fuel { get; init; }

    /// <summary>Most bytes that one task may write: files, standard output and error together.</summary>
    public long OutputBytes { get; init; }

    /// <summary>Seed of what the guest takes for randomness.</summary>
    public ulong Seed { get; init; }

    /// <summary>The process that must live on while the child does; 0 where a namespace hides it.</summary>
    public int Parent { get; init; }

    /// <summary>Whether the filter of system calls must stand: it did when the host's isolation class was found.</summary>
    public bool Filtered { get; init; }

    /// <summary>Writes the message.</summary>
    public byte[] Encode()
    {
        ProtoWriter writer = new ProtoWriter()
            .Text(1, Module).Text(2, Outputs).Varint(4, (ulong)MemoryBytes).Varint(5, (ulong)Fuel).Varint(6, (ulong)OutputBytes).Varint(7, Seed)
            .Varint(8, (ulong)Parent).Varint(9, Filtered ? 1UL : 0);
        foreach ((string name, string path) in Inputs) writer.Bytes(3, new ProtoWriter().Text(1, name).Text(2, path).Written.Span);
        return writer.ToArray();
    }

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireException">It breaks the format.</exception>
    public static OpenMessage Decode(ReadOnlySpan<byte> bytes)
    {
        var message = new OpenMessage();
        var inputs = new List<(string, string)>();
        var reader = new ProtoReader(bytes, Frames.MostToChild);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: message = message with { Module = Text(ref reader) }; break;
                case 2: message = message with { Outputs = Text(ref reader) }; break;
                case 3: inputs.Add(Input(reader.Bytes("input", Frames.MostToChild))); break;
                case 4: message = message with { MemoryBytes = (long)reader.Varint("memory") }; break;
                case 5: message = message with { Fuel = (long)reader.Varint("fuel") }; break;
                case 6: message = message with { OutputBytes = (long)reader.Varint("output bytes") }; break;
                case 7: message = message with { Seed = reader.Varint("seed") }; break;
                case 8: message = message with { Parent = (int)reader.Varint("parent") }; break;
                case 9: message = message with { Filtered = reader.Varint("filtered") != 0 }; break;
                default: reader.Skip(); break;
            }
        }

        return message with { Inputs = inputs };
    }

    private static (string Name, string Path) Input(ReadOnlySpan<byte> bytes)
    {
        string name = "", path = "";
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1) name = Text(ref reader);
            else path = Text(ref reader);
        }

        return (name, path);
    }

    private static string Text(ref ProtoReader reader) => Encoding.UTF8.GetString(reader.Bytes("text", Frames.MostToChild));
}
