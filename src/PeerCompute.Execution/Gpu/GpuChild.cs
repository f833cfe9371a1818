// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;

namespace PeerCompute.Execution.Gpu;

/// <summary>
/// The process in which a GPU task runs, behind the walls of a native program with nothing but the granted device: drivers and kernels are code of others, and
/// on a processor a kernel is code in this very process.
/// </summary>
public static class GpuChild
{
    /// <summary>The hidden verb of the executable.</summary>
    public const string Verb = "gpu-child";

    private const int BlockBytes = 4 << 20;

    /// <summary>Runs one task to its end.</summary>
    /// <param name="arguments">Program file, platform, device, device name, number of the task, most bytes of device memory.</param>
    /// <returns>0, or a <see cref="GpuFault"/>; the cause is the end of standard error.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        try
        {
            if (arguments is not [var file, var platform, var device, var name, var task, var most])
                throw new GpuException(GpuFault.BadProgram, "wrong arguments");
            GpuProgram program = GpuProgramCodec.Decode(File.ReadAllBytes(file));
            var place = new DevicePlace(int.Parse(platform, CultureInfo.InvariantCulture), int.Parse(device, CultureInfo.InvariantCulture));
            Run(program, new OpenClDevice(place, name), uint.Parse(task, CultureInfo.InvariantCulture), ulong.Parse(most, CultureInfo.InvariantCulture));
            return 0;
        }
        catch (GpuException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return (int)fault.Fault;
        }
        catch (Exception fault) when (fault is WireException or PeerComputeException)
        {
            Console.Error.WriteLine(fault.Message);
            return (int)GpuFault.BadProgram;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(fault.Message);
            return (int)GpuFault.BadProgram;
        }
        catch (DllNotFoundException)
        {
            Console.Error.WriteLine("there is no OpenCL loader (libOpenCL.so.1)");
            return (int)GpuFault.NoDevice;
        }
    }

    private static void Run(GpuProgram program, OpenClDevice device, uint task, ulong most)
    {
        nint compiled = device.Compile(program.Source, program.Options);
        var (buffers, sizes) = Lay(program, device, most);
        nint[] kernels = [.. program.Launches.Select(launch => Prepare(compiled, launch, buffers, task))];
        long first = Rounds(program, device, kernels, 0, 1), rest = Rounds(program, device, kernels, 1, program.Rounds);
        for (int i = 0; i < buffers.Length; i++) Save(device, buffers[i], sizes[i], program.Buffers[i].Output);
        // Nothing of this task is left on the device for the next one.
        for (int i = 0; i < buffers.Length; i++) device.Clear(buffers[i], sizes[i]);
        // Not to standard output, which is part of the result and the same everywhere.
        Console.Error.WriteLine(new GpuTimes(first, rest));
    }

    /// <summary>Runs some rounds to their end, and says how long that took, microseconds.</summary>
    private static long Rounds(GpuProgram program, OpenClDevice device, nint[] kernels, uint from, uint to)
    {
        long start = Stopwatch.GetTimestamp();
        Span<byte> number = stackalloc byte[4];
        for (uint round = from; round < to; round++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(number, round);
            for (int i = 0; i < kernels.Length; i++)
            {
                GpuLaunch launch = program.Launches[i];
                if (!launch.Happens(round, program.Rounds)) continue;
                for (int a = 0; a < launch.Arguments.Length; a++)
                {
                    if (launch.Arguments[a].Kind == GpuArgumentKind.Round) OpenClDevice.Give(kernels[i], a, number);
                }

                device.Launch(kernels[i], Sizes(launch.Global), Sizes(launch.Local));
            }

            // A round is one piece of work: no queue of the driver grows with their number.
            device.Finish();
        }

        return (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    /// <summary>Makes every buffer, zero, and lays the inputs into them.</summary>
    private static (nint[] Buffers, ulong[] Sizes) Lay(GpuProgram program, OpenClDevice device, ulong most)
    {
        ulong[] sizes = [.. program.Buffers.Select(static b => b.Bytes > 0 ? b.Bytes : Length(b))];
        ulong all = sizes.Aggregate(0UL, static (sum, size) => checked(sum + size));
        if (all > most)
            throw new GpuException(GpuFault.DeviceMemory, $"the buffers take {all} bytes of device memory; the job's limit is {most}");
        nint[] buffers = [.. sizes.Select(device.Zeros)];
        byte[] block = new byte[BlockBytes];
        for (int i = 0; i < buffers.Length; i++)
        {
            if (program.Buffers[i].Input.Length == 0) continue;
            GpuBuffer buffer = program.Buffers[i];
            if (Length(buffer) > sizes[i])
                throw new GpuException(GpuFault.BadProgram, $"input {buffer.Input} does not fit buffer {buffer.Name} of {sizes[i]} bytes");
            using FileStream input = File.OpenRead(buffer.Input);
            ulong at = 0;
            while (input.Read(block) is > 0 and var read)
            {
                device.Write(buffers[i], at, block.AsSpan(0, read));
                at += (ulong)read;
            }
        }

        return (buffers, sizes);
    }

    private static ulong Length(GpuBuffer buffer)
    {
        var file = new FileInfo(buffer.Input);
        if (!file.Exists || file.Length == 0)
            throw new GpuException(GpuFault.BadProgram, $"buffer {buffer.Name}: input {buffer.Input} is missing or empty");
        return (ulong)file.Length;
    }

    private static nint Prepare(nint program, GpuLaunch launch, nint[] buffers, uint task)
    {
        nint kernel = OpenClDevice.Kernel(program, launch.Kernel, launch.Arguments.Length);
        for (int i = 0; i < launch.Arguments.Length; i++)
        {
            GpuArgument argument = launch.Arguments[i];
            switch (argument.Kind)
            {
                case GpuArgumentKind.Buffer: OpenClDevice.Give(kernel, i, BitConverter.GetBytes(buffers[(int)argument.Index])); break;
                case GpuArgumentKind.Local: OpenClDevice.GiveLocal(kernel, i, argument.Index); break;
                case GpuArgumentKind.Scalar: OpenClDevice.Give(kernel, i, argument.Value.AsSpan()); break;
                case GpuArgumentKind.Task: OpenClDevice.Give(kernel, i, BitConverter.GetBytes(task)); break;
                default: OpenClDevice.Give(kernel, i, BitConverter.GetBytes(0u)); break;
            }
        }

        return kernel;
    }

    private static void Save(OpenClDevice device, nint buffer, ulong size, string file)
    {
        if (file.Length == 0) return;
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        using FileStream output = File.Create(file);
        byte[] block = new byte[BlockBytes];
        for (ulong at = 0; at < size; at += BlockBytes)
        {
            Span<byte> part = block.AsSpan(0, (int)Math.Min(BlockBytes, size - at));
            device.Read(buffer, at, part);
            output.Write(part);
        }
    }

    private static nuint[] Sizes(ImmutableArray<ulong> sizes) => [.. sizes.Select(static n => (nuint)n)];
}
