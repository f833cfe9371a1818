// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Gpu;

/// <summary>The bytes of a <see cref="GpuProgram"/>, as docs/gpu.md lays them out: protobuf fields in order of their numbers.</summary>
public static class GpuProgramCodec
{
    /// <summary>Longest program, bytes.</summary>
    public const int MostBytes = 4 << 20;

    private const int MostFields = 1 << 16;

    /// <summary>Writes a program.</summary>
    /// <param name="program">The program; its bounds are checked.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: a bound is broken.</exception>
    public static byte[] Encode(GpuProgram program)
    {
        program.Check();
        var writer = new ProtoWriter().Varint(1, (ulong)program.Language).Text(2, program.Source).Text(3, program.Options);
        foreach (var b in program.Buffers)
            writer.Bytes(4, new ProtoWriter().Text(1, b.Name).Varint(2, b.Bytes).Text(3, b.Input).Text(4, b.Output).ToArray());
        foreach (var launch in program.Launches) writer.Bytes(5, Encode(launch));
        return writer.Varint(6, program.Rounds).ToArray();
    }

    /// <summary>Reads a program from strangers.</summary>
    /// <param name="bytes">At most <see cref="MostBytes"/>.</param>
    /// <returns>The program, within its bounds.</returns>
    /// <exception cref="WireException">The bytes break the format.</exception>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: a bound is broken.</exception>
    public static GpuProgram Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes) throw new WireException("gpu program", $"{bytes.Length} bytes, limit {MostBytes}");
        var program = new GpuProgram { Source = "", Rounds = 0, Language = 0 };
        var buffers = ImmutableArray.CreateBuilder<GpuBuffer>();
        var launches = ImmutableArray.CreateBuilder<GpuLaunch>();
        var reader = new ProtoReader(bytes, GpuProgram.MostBuffers + GpuProgram.MostLaunches + 8);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: program = program with { Language = (GpuLanguage)Math.Min(reader.Varint("language"), int.MaxValue) }; break;
                case 2: program = program with { Source = Text(ref reader, "source", GpuProgram.MostSource) }; break;
                case 3: program = program with { Options = Text(ref reader, "options", GpuProgram.MostOptions) }; break;
                case 4: buffers.Add(Buffer(reader.Bytes("buffer", 4096))); break;
                case 5: launches.Add(Launch(reader.Bytes("launch", MostFields))); break;
                case 6: program = program with { Rounds = (uint)Math.Min(reader.Varint("rounds"), uint.MaxValue) }; break;
                default: throw new WireException("gpu program", $"field {reader.Field} is not known", reader.Position);
            }
        }

        program = program with { Buffers = buffers.ToImmutable(), Launches = launches.ToImmutable() };
        program.Check();
        return program;
    }

    private static byte[] Encode(GpuLaunch launch)
    {
        var writer = new ProtoWriter().Text(1, launch.Kernel);
        foreach (var n in launch.Global) writer.Varint(2, n);
        foreach (var n in launch.Local) writer.Varint(3, n);
        foreach (var a in launch.Arguments)
            writer.Bytes(4, new ProtoWriter().Varint(1, (ulong)a.Kind).Varint(2, a.Index).Bytes(3, a.Value.AsSpan()).ToArray());
        return writer.Varint(5, (ulong)launch.When).ToArray();
    }

    private static GpuBuffer Buffer(ReadOnlySpan<byte> bytes)
    {
        var buffer = new GpuBuffer("", 0, "", "");
        var reader = new ProtoReader(bytes, 8);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: buffer = buffer with { Name = Text(ref reader, "buffer.name", GpuProgram.MostName) }; break;
                case 2: buffer = buffer with { Bytes = reader.Varint("buffer.bytes") }; break;
                case 3: buffer = buffer with { Input = Text(ref reader, "buffer.input", 1024) }; break;
                case 4: buffer = buffer with { Output = Text(ref reader, "buffer.output", 1024) }; break;
                default: throw new WireException("buffer", $"field {reader.Field} is not known", reader.Position);
            }
        }

        return buffer;
    }

    private static GpuLaunch Launch(ReadOnlySpan<byte> bytes)
    {
        string kernel = "";
        GpuWhen when = 0;
        var global = ImmutableArray.CreateBuilder<ulong>();
        var local = ImmutableArray.CreateBuilder<ulong>();
        var arguments = ImmutableArray.CreateBuilder<GpuArgument>();
        var reader = new ProtoReader(bytes, GpuProgram.MostArguments + 8);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: kernel = Text(ref reader, "launch.kernel", GpuProgram.MostName); break;
                case 2: global.Add(reader.Varint("launch.global")); break;
                case 3: local.Add(reader.Varint("launch.local")); break;
                case 4: arguments.Add(Argument(reader.Bytes("launch.argument", 256))); break;
                case 5: when = (GpuWhen)Math.Min(reader.Varint("launch.when"), int.MaxValue); break;
                default: throw new WireException("launch", $"field {reader.Field} is not known", reader.Position);
            }
        }

        return new GpuLaunch(kernel, global.ToImmutable(), local.ToImmutable(), arguments.ToImmutable()) { When = when };
    }

    private static GpuArgument Argument(ReadOnlySpan<byte> bytes)
    {
        var argument = new GpuArgument(0, 0, []);
        var reader = new ProtoReader(bytes, 4);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: argument = argument with { Kind = (GpuArgumentKind)Math.Min(reader.Varint("argument.kind"), int.MaxValue) }; break;
                case 2: argument = argument with { Index = reader.Varint("argument.index") }; break;
                case 3: argument = argument with { Value = [.. reader.Bytes("argument.value", GpuArgument.MostScalarBytes)] }; break;
                default: throw new WireException("argument", $"field {reader.Field} is not known", reader.Position);
            }
        }

        return argument;
    }

    private static string Text(ref ProtoReader reader, string name, int most)
    {
        var bytes = reader.Bytes(name, most);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new WireException(name, "is not UTF-8", reader.Position);
    }
}
