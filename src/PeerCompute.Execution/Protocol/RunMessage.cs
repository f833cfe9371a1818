// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Protocol;

/// <summary>One task to run.</summary>
internal sealed record RunMessage
{
    /// <summary>Number of the task in its job.</summary>
    public ulong Index { get; init; }

    /// <summary>Arguments after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment, as NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The task's folder under the lease's outputs.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Names of the files that the task must write.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Writes the message.</summary>
    public byte[] Encode()
    {
        ProtoWriter writer = new ProtoWriter().Varint(1, Index).Text(4, Folder);
        foreach (string argument in Arguments) writer.Bytes(2, Encoding.UTF8.GetBytes(argument), always: true);
        foreach (string variable in Environment) writer.Bytes(3, Encoding.UTF8.GetBytes(variable), always: true);
        foreach (string output in Outputs) writer.Bytes(5, Encoding.UTF8.GetBytes(output), always: true);
        return writer.ToArray();
    }

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireException">It breaks the format.</exception>
    public static RunMessage Decode(ReadOnlySpan<byte> bytes)
    {
        ulong index = 0;
        string folder = "";
        List<string> arguments = [], environment = [], outputs = [];
        var reader = new ProtoReader(bytes, Frames.MostToChild);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: index = reader.Varint("index"); break;
                case 2: arguments.Add(Text(ref reader)); break;
                case 3: environment.Add(Text(ref reader)); break;
                case 4: folder = Text(ref reader); break;
                case 5: outputs.Add(Text(ref reader)); break;
                default: reader.Skip(); break;
            }
        }

        return new RunMessage { Index = index, Arguments = arguments, Environment = environment, Folder = folder, Outputs = outputs };
    }

    private static string Text(ref ProtoReader reader) => Encoding.UTF8.GetString(reader.Bytes("text", Frames.MostToChild));
}
