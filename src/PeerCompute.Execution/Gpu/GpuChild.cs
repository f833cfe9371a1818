// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
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

    /// <summary>What the verb's first argument says: run a task, fill the device's free memory with zeros, or measure copies.</summary>
    public const string RunWord = "run", WipeWord = "wipe", LinkWord = "link";

    /// <summary>How a device is named that is the only one to be opened.</summary>
    public const string OnlyPlace = "only";

    /// <summary>Runs one task, or another piece of work on the device, to its end.</summary>
    /// <param name="arguments">
    /// <c>run LANGUAGE PLACE NAME PROGRAM TASK MOST</c> with the number of the task and the most bytes of device memory, or <c>wipe LANGUAGE PLACE NAME</c>, or
    /// <c>link LANGUAGE PLACE NAME</c>.
    /// </param>
    /// <returns>0, or a <see cref="GpuFault"/>; the cause is the end of standard error.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        try
        {
            if (arguments is [RunWord, _, _, _, var file, var task, var most])
            {
                GpuProgram program = GpuProgramCodec.Decode(File.ReadAllBytes(file));
                using IGpuDevice device = Open(program.Language, arguments[2], arguments[3]);
                Run(program, device, uint.Parse(task, CultureInfo.InvariantCulture), ulong.Parse(most, CultureInfo.InvariantCulture));
                return 0;
            }

            if (arguments is not [WipeWord or LinkWord, var language, var place, var name]) throw new GpuException(GpuFault.BadProgram, "wrong arguments");
            using IGpuDevice opened = Open(Enum.Parse<GpuLanguage>(language), place, name);
            Console.Error.WriteLine(arguments[0] == LinkWord ? GpuLink.Measure(opened).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"wiped {GpuWipe.Run(opened)} of {opened.MemoryBytes} bytes"));
            return 0;
        }
        catch (GpuException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return (int)fault.Fault;
        }
        catch (Exception fault) when (fault is WireException or PeerComputeException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(fault.Message);
            return (int)GpuFault.BadProgram;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            Console.Error.WriteLine("there is no driver: no loader of OpenCL (libOpenCL.so.1), or no driver of CUDA (libcuda.so.1) that is new enough");
            return (int)GpuFault.NoDevice;
        }
    }

    private static IGpuDevice Open(GpuLanguage language, string place, string name)
    {
        if (language == GpuLanguage.Ptx) return new CudaDevice();
        if (place == OnlyPlace) return new OpenClDevice(null, name);
        int[] at = [.. place.Split('/').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
        return new OpenClDevice(new DevicePlace(at[0], at[1]), name);
    }

    private static void Run(GpuProgram program, IGpuDevice device, uint task, ulong most)
    {
        nint compiled = device.Compile(program.Source, program.Options);
        var (buffers, sizes) = Lay(program, device, most);
        nint[] kernels = [.. program.Launches.Select(launch => Prepare(device, compiled, launch, buffers, task))];
        long first = Rounds(program, device, kernels, 0, 1), rest = Rounds(program, device, kernels, 1, program.Rounds);
        for (int i = 0; i < buffers.Length; i++) Save(device, buffers[i], sizes[i], program.Buffers[i].Output);
        // What the task describes goes with it; all else the wipe before the next one gets.
        for (int i = 0; i < buffers.Length; i++) device.Clear(buffers[i], sizes[i]);
        // Not to standard output, which is part of the result and the same everywhere.
        Console.Error.WriteLine(new GpuTimes(first, rest));
    }

    /// <summary>Runs some rounds to their end, and says how long that took, microseconds.</summary>
    private static long Rounds(GpuProgram program, IGpuDevice device, nint[] kernels, uint from, uint to)
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
                    if (launch.Arguments[a].Kind == GpuArgumentKind.Round) device.Give(kernels[i], a, number);
                }

                device.Launch(kernels[i], launch);
            }

            // A round is one piece of work: no queue of the driver grows with their number.
            device.Finish();
        }

        return (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    /// <summary>Makes every buffer, zero, and lays the inputs into them.</summary>
    private static (nint[] Buffers, ulong[] Sizes) Lay(GpuProgram program, IGpuDevice device, ulong most)
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

    private static nint Prepare(IGpuDevice device, nint program, GpuLaunch launch, nint[] buffers, uint task)
    {
        nint kernel = device.Kernel(program, launch);
        for (int i = 0; i < launch.Arguments.Length; i++)
        {
            GpuArgument argument = launch.Arguments[i];
            switch (argument.Kind)
            {
                case GpuArgumentKind.Buffer: device.GiveBuffer(kernel, i, buffers[(int)argument.Index]); break;
                case GpuArgumentKind.Local: device.GiveLocal(kernel, i, argument.Index); break;
                case GpuArgumentKind.Scalar: device.Give(kernel, i, argument.Value.AsSpan()); break;
                case GpuArgumentKind.Task: device.Give(kernel, i, BitConverter.GetBytes(task)); break;
                default: device.Give(kernel, i, BitConverter.GetBytes(0u)); break;
            }
        }

        return kernel;
    }

    private static void Save(IGpuDevice device, nint buffer, ulong size, string file)
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
}
