// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using PeerCompute.Base.Devices;
using PeerCompute.Execution.Devices;

namespace PeerCompute.Execution.Gpu;

/// <summary>A device of OpenCL in this process, with one context and one queue in order. A process has one and ends with it: nothing is released.</summary>
internal sealed unsafe class OpenClDevice : IGpuDevice
{
    private const int MostLog = 16 << 10;
    private readonly nint _device, _context, _queue;

    /// <summary>Opens a device.</summary>
    /// <param name="place">Its platform and its place there, as the loader counts them; null: the first of the name, as a granted card is the only one that
    /// opens.</param>
    /// <param name="name">What it must be called: places move when drivers come and go.</param>
    /// <exception cref="GpuException">It is not there, or the driver does not open it.</exception>
    public OpenClDevice(DevicePlace? place, string name)
    {
        _device = place is null ? All().SelectMany(static devices => devices).FirstOrDefault(device => Called(device) == name) : Find(place);
        if (_device == 0) throw new GpuException(GpuFault.NoDevice, place is null ? $"there is no OpenCL device '{name}'"
            : $"there is no OpenCL device {place.Platform}/{place.Device}");
        if (Called(_device) is var called && called != name)
            throw new GpuException(GpuFault.NoDevice, $"OpenCL device {place?.Platform}/{place?.Device} is called '{called}', not '{name}'");
        int error;
        nint device = _device;
        _context = OpenCl.CreateContext(null, 1, &device, 0, 0, &error);
        Must(error, "a context");
        _queue = OpenCl.CreateQueue(_context, _device, 0, &error);
        Must(error, "a queue");
    }

    /// <inheritdoc/>
    public ulong MemoryBytes => MemoryMarshal.Read<ulong>(Info(OpenCl.DeviceGlobalMemSize));

    /// <inheritdoc/>
    public ulong BufferBytes => MemoryMarshal.Read<ulong>(Info(OpenCl.DeviceMaxMemAllocSize));

    /// <inheritdoc/>
    public nint Compile(string source, string options)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        int error;
        nint program, device = _device;
        fixed (byte* start = text)
        {
            byte* from = start;
            nuint length = (nuint)text.Length;
            program = OpenCl.CreateProgram(_context, 1, &from, &length, &error);
        }

        Must(error, "a program");
        error = OpenCl.BuildProgram(program, 1, &device, options, 0, 0);
        if (error == OpenCl.Success) return program;
        if (error == OpenCl.CompilerNotAvailable) throw new GpuException(GpuFault.Driver, "the driver has no compiler");
        nuint size = 0;
        if (OpenCl.GetBuildInfo(program, _device, OpenCl.ProgramBuildLog, 0, null, &size) != OpenCl.Success) size = 0;
        byte[] log = new byte[size];
        fixed (byte* to = log) OpenCl.GetBuildInfo(program, _device, OpenCl.ProgramBuildLog, size, to, null);
        string said = Encoding.UTF8.GetString(log).Trim('\0', ' ', '\n');
        throw new GpuException(GpuFault.BadKernel, $"the kernels do not compile (OpenCL error {error}):\n{said[^Math.Min(said.Length, MostLog)..]}");
    }

    /// <inheritdoc/>
    public nint Kernel(nint program, GpuLaunch launch)
    {
        (string name, int arguments) = (launch.Kernel, launch.Arguments.Length);
        int error;
        nint kernel = OpenCl.CreateKernel(program, name, &error);
        if (error != OpenCl.Success) throw new GpuException(GpuFault.BadKernel, $"there is no kernel {name} in the source (OpenCL error {error})");
        uint takes = 0;
        Must(OpenCl.GetKernelInfo(kernel, OpenCl.KernelNumArgs, sizeof(uint), &takes, null), $"what kernel {name} takes");
        if (takes != arguments) throw new GpuException(GpuFault.BadKernel, $"kernel {name} takes {takes} arguments and is given {arguments}");
        return kernel;
    }

    /// <inheritdoc/>
    public nint Zeros(ulong bytes)
    {
        int error;
        nint buffer = OpenCl.CreateBuffer(_context, OpenCl.MemReadWrite, (nuint)bytes, null, &error);
        if (error == OpenCl.Success) error = Fill(buffer, bytes);
        if (error is OpenCl.MemObjectAllocationFailure or OpenCl.OutOfResources or OpenCl.OutOfHostMemory or OpenCl.InvalidBufferSize)
            throw new GpuException(GpuFault.DeviceMemory, $"no {bytes} bytes for a buffer: the device has {MemoryBytes} in all, {BufferBytes} for one");
        Must(error, "a buffer");
        return buffer;
    }

    /// <inheritdoc/>
    public void Clear(nint buffer, ulong bytes) => Must(Fill(buffer, bytes), "filling memory");

    /// <inheritdoc/>
    public void Dispose()
    {
        // The driver takes all back when the process ends.
    }

    private int Fill(nint buffer, ulong bytes)
    {
        byte zero = 0;
        int error = OpenCl.Fill(_queue, buffer, &zero, 1, 0, (nuint)bytes, 0, 0, 0);
        return error == OpenCl.Success ? OpenCl.Finish(_queue) : error;
    }

    /// <inheritdoc/>
    public void Write(nint buffer, ulong offset, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes) Must(OpenCl.Write(_queue, buffer, 1, (nuint)offset, (nuint)bytes.Length, from, 0, 0, 0), "copying to the device");
    }

    /// <inheritdoc/>
    public void Read(nint buffer, ulong offset, Span<byte> bytes)
    {
        fixed (byte* to = bytes) Must(OpenCl.Read(_queue, buffer, 1, (nuint)offset, (nuint)bytes.Length, to, 0, 0, 0), "copying from the device");
    }

    /// <inheritdoc/>
    public void Give(nint kernel, int index, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* value = bytes) Given(OpenCl.SetArgument(kernel, (uint)index, (nuint)bytes.Length, value), index);
    }

    /// <inheritdoc/>
    public void GiveBuffer(nint kernel, int index, nint buffer) => Give(kernel, index, BitConverter.GetBytes(buffer));

    /// <inheritdoc/>
    public void GiveLocal(nint kernel, int index, ulong bytes) => Given(OpenCl.SetArgument(kernel, (uint)index, (nuint)bytes, null), index);

    /// <inheritdoc/>
    public void Launch(nint kernel, GpuLaunch launch)
    {
        nuint[] global = [.. launch.Global.Select(static n => (nuint)n)], local = [.. launch.Local.Select(static n => (nuint)n)];
        fixed (nuint* items = global, group = local)
        {
            int error = OpenCl.Launch(_queue, kernel, (uint)global.Length, null, items, local.Length == 0 ? null : group, 0, 0, 0);
            if (error is OpenCl.MemObjectAllocationFailure or OpenCl.OutOfHostMemory)
                throw new GpuException(GpuFault.DeviceMemory, "the device has no memory for this kernel");
            if (error != OpenCl.Success)
                throw new GpuException(GpuFault.BadKernel, $"the kernel cannot be started with these work items (OpenCL error {error})");
        }
    }

    /// <inheritdoc/>
    public void Finish() => Must(OpenCl.Finish(_queue), "the kernels");

    private static nint Find(DevicePlace place)
    {
        nint[][] all = All();
        return place.Platform < all.Length && place.Device < all[place.Platform].Length ? all[place.Platform][place.Device] : 0;
    }

    /// <summary>The devices of each platform; none of one that has none, or fails.</summary>
    private static nint[][] All()
    {
        uint count = 0;
        if (OpenCl.GetPlatforms(0, null, &count) != OpenCl.Success) return [];
        nint[] platforms = new nint[count];
        fixed (nint* to = platforms) OpenCl.GetPlatforms(count, to, null);
        return [.. platforms.Select(Devices)];
    }

    private static nint[] Devices(nint platform)
    {
        uint count = 0;
        if (OpenCl.GetDevices(platform, OpenCl.AllDevices, 0, null, &count) != OpenCl.Success) return [];
        nint[] devices = new nint[count];
        fixed (nint* to = devices) OpenCl.GetDevices(platform, OpenCl.AllDevices, count, to, null);
        return devices;
    }

    private static string Called(nint device) => Encoding.UTF8.GetString(Info(device, OpenCl.DeviceName)).TrimEnd('\0').Trim();

    private byte[] Info(uint what) => Info(_device, what);

    private static byte[] Info(nint device, uint what)
    {
        nuint size = 0;
        Must(OpenCl.GetDeviceInfo(device, what, 0, null, &size), "what the device is");
        byte[] value = new byte[size];
        fixed (byte* to = value) Must(OpenCl.GetDeviceInfo(device, what, size, to, null), "what the device is");
        return value;
    }

    private static void Given(int error, int index)
    {
        if (error != OpenCl.Success) throw new GpuException(GpuFault.BadKernel, $"argument {index} is not what the kernel takes (OpenCL error {error})");
    }

    private static void Must(int error, string what)
    {
        if (error != OpenCl.Success) throw new GpuException(GpuFault.Driver, $"the driver fails at {what} (OpenCL error {error})");
    }
}
