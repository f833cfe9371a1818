// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using PeerCompute.Base.Devices;

namespace PeerCompute.Execution.Gpu;

/// <summary>The one card of NVIDIA that this process can open, through its driver, with one context. All that was made is given back at the end.</summary>
internal sealed unsafe class CudaDevice : IGpuDevice
{
    /// <summary>Bytes behind each argument, and arguments behind the last: the driver reads as many as the kernel takes, whatever it was given (PTX has 4
    /// KiB).</summary>
    private const int Slack = 4 << 10;

    private const int MostLog = 16 << 10;
    private readonly int _device, _capability;
    private readonly nint _context;
    private readonly List<nint> _modules = [], _buffers = [];
    private readonly List<Started> _kernels = [];

    /// <summary>Opens the card.</summary>
    /// <exception cref="GpuException">There is none, or the driver does not open it.</exception>
    public CudaDevice()
    {
        Must(Cuda.Init(0), "its start");
        int count = 0, device = 0, major = 0, minor = 0;
        Must(Cuda.GetCount(&count), "the number of cards");
        if (count != 1) throw new GpuException(GpuFault.NoDevice, $"the driver of CUDA sees {count} cards; one was granted");
        Must(Cuda.GetDevice(&device, 0), "the card");
        Must(Cuda.GetAttribute(&major, Cuda.CapabilityMajor, device), "what the card is");
        Must(Cuda.GetAttribute(&minor, Cuda.CapabilityMinor, device), "what the card is");
        nuint bytes = 0;
        Must(Cuda.TotalMemory(&bytes, device), "what the card is");
        nint context = 0;
        Must(Cuda.CreateContext(&context, 0, device), "a context");
        (_device, _capability, _context, MemoryBytes) = (device, (10 * major) + minor, context, bytes);
    }

    /// <inheritdoc/>
    public ulong MemoryBytes { get; }

    /// <inheritdoc/>
    public ulong BufferBytes => MemoryBytes;

    /// <inheritdoc/>
    public nint Compile(string source, string options)
    {
        var ptx = PtxHeader.Read(source);
        if (!ptx.RunsOn(_capability))
            throw new GpuException(GpuFault.WrongCard, $"the kernels are for {ptx.Target}, the card computes sm_{_capability}");
        byte[] text = [.. Encoding.UTF8.GetBytes(source), 0], log = new byte[MostLog];
        nint module = 0;
        int error;
        fixed (byte* image = text, said = log)
        {
            int* names = stackalloc int[] { Cuda.ErrorLogBuffer, Cuda.ErrorLogBufferBytes };
            nint* values = stackalloc nint[] { (nint)said, MostLog };
            error = Cuda.LoadModule(&module, image, 2, names, values);
        }

        if (error is Cuda.InvalidPtx or Cuda.InvalidImage or Cuda.InvalidValue)
            throw new GpuException(GpuFault.BadKernel, $"the kernels do not compile (CUDA error {error}):\n{Log(log)}");
        if (error is Cuda.UnsupportedPtxVersion or Cuda.NoBinaryForGpu)
            throw new GpuException(GpuFault.WrongCard, $"the kernels are PTX {ptx.Version} for {ptx.Target}, newer than this driver (CUDA error {error})");
        Must(error, "compiling");
        _modules.Add(module);
        return module;
    }

    /// <inheritdoc/>
    public nint Kernel(nint program, GpuLaunch launch)
    {
        nint function = 0;
        int error = Cuda.GetFunction(&function, program, launch.Kernel);
        if (error == Cuda.NotFound) throw new GpuException(GpuFault.BadKernel, $"there is no kernel {launch.Kernel} in the source (CUDA error {error})");
        Must(error, $"kernel {launch.Kernel}");
        _kernels.Add(new Started(function, launch.Arguments.Length));
        return _kernels.Count - 1;
    }

    /// <inheritdoc/>
    public nint Zeros(ulong bytes)
    {
        nint buffer = 0;
        int error = Cuda.Allocate(&buffer, (nuint)bytes);
        if (error is Cuda.OutOfMemory or Cuda.InvalidValue)
            throw new GpuException(GpuFault.DeviceMemory, $"no {bytes} bytes for a buffer: the device has {MemoryBytes} in all");
        Must(error, "a buffer");
        _buffers.Add(buffer);
        Clear(buffer, bytes);
        return buffer;
    }

    /// <inheritdoc/>
    public void Clear(nint buffer, ulong bytes)
    {
        Must(Cuda.Fill(buffer, 0, (nuint)bytes), "filling memory");
        Finish();
    }

    /// <inheritdoc/>
    public void Write(nint buffer, ulong offset, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes) Must(Cuda.Write(buffer + (nint)offset, from, (nuint)bytes.Length), "copying to the device");
    }

    /// <inheritdoc/>
    public void Read(nint buffer, ulong offset, Span<byte> bytes)
    {
        fixed (byte* to = bytes) Must(Cuda.Read(to, buffer + (nint)offset, (nuint)bytes.Length), "copying from the device");
    }

    /// <inheritdoc/>
    public void Give(nint kernel, int index, ReadOnlySpan<byte> bytes) => _kernels[(int)kernel].Set(index, bytes);

    /// <inheritdoc/>
    public void GiveBuffer(nint kernel, int index, nint buffer) => Give(kernel, index, BitConverter.GetBytes((ulong)buffer));

    /// <inheritdoc/>
    public void GiveLocal(nint kernel, int index, ulong bytes) => _kernels[(int)kernel].SetShared(index, (uint)bytes);

    /// <inheritdoc/>
    public void Launch(nint kernel, GpuLaunch launch)
    {
        Started started = _kernels[(int)kernel];
        Span<uint> grid = [1, 1, 1], block = [1, 1, 1];
        for (int i = 0; i < launch.Global.Length; i++)
        {
            block[i] = (uint)launch.Local[i];
            grid[i] = (uint)Math.Min(uint.MaxValue, launch.Global[i] / launch.Local[i]);
        }

        int error;
        fixed (void** arguments = started.Pointers)
        {
            error = Cuda.Launch(
                started.Function, grid[0], grid[1], grid[2], block[0], block[1], block[2], started.SharedBytes, 0, arguments, null);
        }

        if (error is Cuda.InvalidValue or Cuda.LaunchOutOfResources)
            throw new GpuException(GpuFault.BadKernel, $"kernel {launch.Kernel} cannot be started with these work items (CUDA error {error})");
        Must(error, $"kernel {launch.Kernel}");
    }

    /// <inheritdoc/>
    public void Finish() => Must(Cuda.Finish(), "the kernels");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint buffer in _buffers) Cuda.Free(buffer);
        foreach (nint module in _modules) Cuda.UnloadModule(module);
        foreach (Started kernel in _kernels) kernel.Dispose();
        Cuda.DestroyContext(_context);
    }

    private static string Log(byte[] log)
    {
        int end = Array.IndexOf(log, (byte)0);
        return Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end).Trim();
    }

    /// <summary>An error's meaning: kernels fail when they run, and the driver says so at its next answer.</summary>
    private static void Must(int error, string what)
    {
        switch (error)
        {
            case Cuda.Success:
                return;
            case Cuda.OutOfMemory:
                throw new GpuException(GpuFault.DeviceMemory, $"the device has no memory for {what}");
            case Cuda.NoDevice or Cuda.InvalidDevice:
                throw new GpuException(GpuFault.NoDevice, $"the driver of CUDA has no card (CUDA error {error})");
            case Cuda.LaunchTimeout:
                throw new GpuException(GpuFault.KernelFailed, $"a kernel ran longer than the driver of this card lets one (CUDA error {error})");
            case Cuda.IllegalAddress or Cuda.MisalignedAddress or Cuda.InvalidAddressSpace:
                throw new GpuException(GpuFault.KernelFailed, $"a kernel used memory that is none of its buffers (CUDA error {error})");
            case Cuda.Assert or Cuda.HardwareStackError or Cuda.IllegalInstruction or Cuda.InvalidPc or Cuda.LaunchFailed:
                throw new GpuException(GpuFault.KernelFailed, $"a kernel failed (CUDA error {error})");
            default:
                throw new GpuException(GpuFault.Driver, $"the driver fails at {what} (CUDA error {error})");
        }
    }

    /// <summary>A kernel with its arguments: memory that does not move, as the driver reads it at each launch.</summary>
    private sealed class Started : IDisposable
    {
        private readonly byte* _values;

        public Started(nint function, int arguments)
        {
            Function = function;
            _values = (byte*)NativeMemory.AllocZeroed((nuint)((arguments + 1) * Slack));
            Pointers = new void*[arguments + Slack];
            for (int i = 0; i < Pointers.Length; i++) Pointers[i] = _values + (Math.Min(i, arguments) * Slack);
        }

        public nint Function { get; }

        public void*[] Pointers { get; }

        public uint SharedBytes { get; private set; }

        public void Set(int index, ReadOnlySpan<byte> bytes) => bytes.CopyTo(new Span<byte>(_values + (index * Slack), Slack));

        /// <summary>Memory of a group is no argument of the kernel; those behind it move up.</summary>
        public void SetShared(int index, uint bytes)
        {
            SharedBytes = bytes;
            for (int i = index; i < Pointers.Length - 1; i++) Pointers[i] = Pointers[i + 1];
        }

        public void Dispose() => NativeMemory.Free(_values);
    }
}
